"""API keys."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.schemas.scopes import Scope
from services.kit.http.pagination import NEXT_CURSOR
from services.kit.http.strict import RequestModel
from services.kit.http.values import Integer, Moment, Timestamp

MAX_OVERLAP_S = 86_400


class ApiKeyCreate(RequestModel):
    """An API key to be made."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "import", "scopes": ["images:read", "images:write"]}]}
    )

    name: str = Field(
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="What it is for.",
        examples=["import"],
    )
    scopes: list[Scope] = Field(
        min_length=1, max_length=20, description="No more than the caller has.", examples=[["images:read"]]
    )
    expires_at: Moment | None = Field(default=None, description="In the future; null: it does not expire.")


class ApiKeyRotate(RequestModel):
    """How to give a key a new secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_s": 60}]})

    overlap_s: Integer = Field(
        default=0, ge=0, le=MAX_OVERLAP_S, description="How long the secret so far goes on working, in seconds."
    )


class ApiKey(BaseModel):
    """An API key, without its secret."""

    id: UUID = Field(description="Its id.")
    name: str = Field(description="What it is for.", examples=["import"])
    scopes: list[Scope] = Field(description="What it may do.", examples=[["images:read"]])
    created_at: Timestamp = Field(description="When it was made.")
    expires_at: Timestamp | None = Field(description="When it stops working; null: it does not expire.")
    last_used_at: Timestamp | None = Field(description="Exact to a minute; null when it never was.")


class ApiKeyWithSecret(ApiKey):
    """An API key at its making or rotation: the only time that it is shown."""

    key: str = Field(description="`pk_<id>_<secret>_<check>`. Keep it: only a keyed hash of it is stored.")


class SealedApiKey(ApiKey):
    """What an idempotent answer keeps in the place of `key`: useless without the server's pepper."""

    seed: str


class ApiKeyPage(BaseModel):
    """A page of API keys."""

    items: list[ApiKey] = Field(description="Newest first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)
