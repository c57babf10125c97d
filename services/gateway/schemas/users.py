"""Users."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

from services.gateway.schemas.scopes import Role, Scope
from services.kit.http.strict import RequestModel
from services.kit.http.values import Timestamp
from services.protocol.identifiers import folded_name, is_reserved


def _not_reserved(name: str) -> str:
    folded = folded_name(name)
    if is_reserved(folded):
        raise PydanticCustomError("reserved_name", "Input should not be `me`, nor look like an id")
    return folded


UserName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._-]{2,64}$",
        description="2 to 64 of a-z, 0-9, `.`, `_`, `-`; upper case is taken as lower. Not `me`, nor an id.",
        examples=["ada"],
    ),
    AfterValidator(_not_reserved),
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


class UserCreate(RequestModel):
    """Who registers."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "grace", "password": "correct horse battery staple"}]}
    )

    name: UserName
    password: Password


class UserQuota(BaseModel):
    """What a user may keep, and keeps, what is in the trash included."""

    max_bytes: int | None = Field(description="The most bytes; null: no limit.")
    max_images: int | None = Field(description="The most images; null: no limit.")
    bytes: int | None = Field(default=None, description="Bytes kept; null while that is not known.")
    images: int | None = Field(default=None, description="Images kept; null while that is not known.")


class User(BaseModel):
    """A user, with what the sign-in used may do."""

    id: UUID = Field(description="The user's id.")
    name: str = Field(description="The user's name.", examples=["ada"])
    role: Role = Field(description="What the user is on this server.")
    scopes: list[Scope] = Field(description="What the sign-in used may do.")
    created_at: Timestamp = Field(description="When the user registered.")
    quota: UserQuota | None = Field(default=None, description="At `GET /v1/me`: what the user may keep, where limited.")
