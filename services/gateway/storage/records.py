"""What storage gives out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.protocol.quota import Quota

NO_QUOTA = Quota()


@dataclass(frozen=True)
class StoredUser:
    id: UUID
    name: str
    role: str
    created_at: datetime
    disabled_at: datetime | None = None
    deleted_at: datetime | None = None
    heir_id: UUID | None = None
    quota: Quota = NO_QUOTA
    """Where it is not the server's default."""


@dataclass(frozen=True)
class StoredKey:
    """An API key as its owner sees it."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class Credential:
    """An API key or a session as the authentication needs it.

    `digests` are those of every secret valid now; `scopes` is None where all of the user's role apply.
    """

    id: UUID
    user: StoredUser
    digests: list[bytes]
    scopes: list[str] | None
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class StoredShare:
    """A share link, without its secret."""

    id: UUID
    user_id: UUID
    collection_id: UUID
    name: str
    password_hash: str | None
    fields: list[str]
    allow_download: bool
    created_at: datetime
    expires_at: datetime | None
