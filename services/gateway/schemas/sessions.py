"""Sessions."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from services.gateway.schemas.users import User


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=64, examples=["ada"]), AfterValidator(str.lower)]
    password: SecretStr = Field(max_length=256, examples=["correct horse battery staple"])


class Session(BaseModel):
    """An open session."""

    token: str = Field(description="Send it as `Authorization: Bearer …`. It is shown this once.")
    expires_at: datetime
    user: User


class PageSession(BaseModel):
    """A session that a browser holds in its cookie: no script can read its token."""

    expires_at: datetime = Field(description="When the sign-in ends by itself.")
    user: User
