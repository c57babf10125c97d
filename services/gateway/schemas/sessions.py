"""Sessions."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from services.gateway.schemas.users import User
from services.kit.http.strict import RequestModel
from services.kit.http.values import Timestamp


class SessionCreate(RequestModel):
    """Who signs in."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "ada", "password": "correct horse battery staple"}]}
    )

    name: Annotated[
        str, Field(max_length=64, description="The user's name.", examples=["ada"]), AfterValidator(str.lower)
    ]
    password: SecretStr = Field(
        max_length=256, description="The user's password.", examples=["correct horse battery staple"]
    )


class Session(BaseModel):
    """An open session."""

    token: str = Field(description="Send it as `Authorization: Bearer …`. It is shown this once.")
    expires_at: Timestamp = Field(description="When it stops working.")
    user: User = Field(description="Who signed in.")


class PageSession(BaseModel):
    """A session that a browser holds in its cookie: no script can read its token."""

    expires_at: Timestamp = Field(description="When the sign-in ends by itself.")
    user: User = Field(description="Who signed in.")
