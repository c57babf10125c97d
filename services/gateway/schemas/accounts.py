"""Accounts, as an admin sees them."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr, field_validator

from services.gateway.schemas.scopes import Role
from services.gateway.schemas.users import Password, UserName
from services.kit.http.strict import RequestModel
from services.kit.http.values import Boolean, Integer, Timestamp

MOST = 2**53 - 1
"""The largest whole number that every JSON reader reads rightly."""
A_NEW_PASSWORD: dict[str, JsonValue] = {
    "current_password": "correct horse battery staple",
    "new_password": "a shorter horse battery staple",
}


class ImagesOfDeleted(StrEnum):
    """What becomes of the images of an account that is deleted."""

    DELETE = "delete"
    KEEP_FOR = "keep_for"


class Deletion(BaseModel):
    """That an account is being deleted."""

    images: ImagesOfDeleted = Field(description="Whether its images are deleted, or handed to another user.")
    keep_for: UUID | None = Field(description="Who is given them; null where they are deleted.")
    begun_at: Timestamp = Field(description="Since when.")


class Account(BaseModel):
    """An account, without what it signs in with."""

    id: UUID = Field(description="Identifies the user, also as owner of images.")
    name: str = Field(description="The name to sign in with.", examples=["ada"])
    role: Role = Field(description="What the user may do at most.")
    disabled: bool = Field(description="Whether signing in and the user's keys are refused.")
    created_at: Timestamp = Field(description="When the account was made.")
    quota_bytes: int | None = Field(
        default=None, description="The most bytes that the user may keep; null: the server's default."
    )
    quota_images: int | None = Field(
        default=None, description="The most images that the user may keep; null: the server's default."
    )
    deletion: Deletion | None = Field(
        default=None, description="Set while the account is being deleted; it is disabled then."
    )


class AccountPage(BaseModel):
    """Accounts, newest first."""

    items: list[Account] = Field(description="The accounts of this page.")
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")


class AccountCreate(RequestModel):
    """An account to add."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "hedy"}]})

    name: UserName
    role: Role = Field(default=Role.MEMBER, description="What the user may do at most.")
    password: SecretStr | None = Field(
        default=None, min_length=10, max_length=256, description="Without it, a random one is made, and shown once."
    )


class AccountChange(RequestModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"disabled": False}]})

    role: Role | None = Field(default=None, description="The new role.")
    disabled: Boolean | None = Field(default=None, description="true ends all sessions and refuses the user's keys.")
    quota_bytes: Integer | None = Field(
        default=None, ge=0, le=MOST, description="The most bytes that the user may keep; null: the server's default."
    )
    quota_images: Integer | None = Field(
        default=None, ge=0, le=MOST, description="The most images that the user may keep; null: the server's default."
    )

    @field_validator("role", "disabled")
    @classmethod
    def _no_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("It cannot be null: leave it out to keep it.")
        return value


class AccountWithPassword(Account):
    """An account and its new password, shown this once."""

    password: str | None = Field(description="The password that was made; null when one was sent.")


class PasswordChange(RequestModel):
    """The caller's own new password."""

    model_config = ConfigDict(json_schema_extra={"examples": [A_NEW_PASSWORD]})

    current_password: SecretStr = Field(min_length=1, max_length=256, description="The password until now.")
    new_password: Password
    revoke_keys: Boolean = Field(default=False, description="Whether all API keys of the account end too.")
