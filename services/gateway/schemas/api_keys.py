"""API keys."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.gateway.schemas.scopes import Scope

MAX_OVERLAP_S = 86_400


class NewApiKey(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["import"])]
    scopes: list[Scope] = Field(
        min_length=1, max_length=20, description="No more than the caller has.", examples=[["images:read"]]
    )
    expires_at: AwareDatetime | None = Field(default=None, description="In the future; null: it does not expire.")


class Rotation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    overlap_s: int = Field(
        default=0, ge=0, le=MAX_OVERLAP_S, description="How long the secret so far goes on working, in seconds."
    )


class ApiKey(BaseModel):
    """An API key, without its secret."""

    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="Exact to a minute.")


class ApiKeyWithSecret(ApiKey):
    """An API key at its making or rotation: the only time that it is shown."""

    key: str = Field(description="`pk_<id>_<secret>_<check>`. Keep it: only a keyed hash of it is stored.")


class SealedApiKey(ApiKey):
    """What an idempotent answer keeps in the place of `key`: useless without the server's pepper."""

    seed: str


class ApiKeyPage(BaseModel):
    items: list[ApiKey]
    next_cursor: str | None
