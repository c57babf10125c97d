"""Users."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from services.gateway.schemas.scopes import Role, Scope

UserName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._-]{2,64}$",
        description="2 to 64 of a-z, 0-9, `.`, `_`, `-`; upper case is taken as lower.",
        examples=["ada"],
    ),
    AfterValidator(str.lower),
]


Password = Annotated[
    SecretStr,
    Field(
        min_length=10,
        max_length=256,
        description="10 to 256 characters, of any kind.",
        examples=["correct horse battery staple"],
    ),
]


class NewUser(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: UserName
    password: Password


class User(BaseModel):
    """A user, with what the sign-in used may do."""

    id: UUID
    name: str = Field(examples=["ada"])
    role: Role
    scopes: list[Scope]
    created_at: datetime
