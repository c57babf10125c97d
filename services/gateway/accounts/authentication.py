"""Who sends this request: from a token to a principal.

A checked token is believed for a few seconds without asking the database, so a revocation reaches every replica within
`cache_s` (below 5 s), and this one at once.
"""

import asyncio
import hmac
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cachetools import TLRUCache

from services.gateway.accounts.credentials import Kind, Pepper, Token, parse_token
from services.gateway.accounts.scopes import scopes_of
from services.gateway.services.errors import AccountDisabled, ExpiredKey, RevokedKey, UnknownKey
from services.gateway.storage.api_keys import ApiKeyStore
from services.gateway.storage.records import NO_QUOTA, Credential
from services.gateway.storage.sessions import SessionStore
from services.kit.http.problems import Unauthenticated, Unavailable
from services.kit.postgres.database import Database
from services.kit.principal import Principal
from services.protocol.quota import Quota

CACHE_SIZE = 10_000
REFUSALS = 1_000
LOOKUPS = 4
WAIT_S = 5.0

_SAYS: dict[type[Unauthenticated], str] = {
    UnknownKey: "This key is not known here.",
    RevokedKey: "This key was revoked, or its session ended.",
    ExpiredKey: "This key has expired: make a new one, or sign in again.",
    AccountDisabled: "This account is disabled: ask an admin of this server.",
}


@dataclass(frozen=True)
class SignedIn:
    """A verified caller and what it signed in with."""

    principal: Principal
    kind: Kind
    credential_id: UUID
    expires_at: datetime | None
    quota: Quota = NO_QUOTA
    """What an admin said for this user; the server's default is not in it."""


@dataclass(frozen=True)
class _Known:
    """What a look-up found, good until `until`: counted from its beginning, not from its end."""

    found: SignedIn | type[Unauthenticated]
    until: float


class Authenticator:
    """Verifies tokens; at most 4 look-ups at once ask the database, so that guessing cannot take its whole pool."""

    def __init__(self, database: Database, pepper: Pepper, *, cache_s: float) -> None:
        self._database = database
        self._pepper = pepper
        self._cache_s = cache_s
        self._known: TLRUCache[bytes, _Known] = TLRUCache(CACHE_SIZE, ttu=_until)
        self._refused: TLRUCache[bytes, _Known] = TLRUCache(REFUSALS, ttu=_until)
        self._lookups = asyncio.Semaphore(LOOKUPS)

    async def authenticate(self, token: str) -> SignedIn:
        """Raise MalformedKey, UnknownKey, RevokedKey, ExpiredKey, or Unavailable without the database."""
        parsed, digest = parse_token(token), self._pepper.digest(token)
        found = self._remembered(digest)
        if found is None:
            try:
                async with asyncio.timeout(WAIT_S), self._lookups:
                    found = self._remembered(digest) or await self._look_up(parsed, digest)
            except TimeoutError as error:
                raise Unavailable("Keys cannot be checked right now; try again shortly.") from error
        if isinstance(found, SignedIn):
            return found
        raise found(_SAYS[found])

    def forget(self, credential_id: UUID) -> None:
        """Check the credential afresh at its next use."""
        for digest, known in list(self._known.items()):
            if isinstance(known.found, SignedIn) and known.found.credential_id == credential_id:
                self._known.pop(digest, None)

    def forget_user(self, user_id: UUID) -> None:
        """Check all that the user signs in with afresh at its next use."""
        for digest, known in list(self._known.items()):
            if isinstance(known.found, SignedIn) and known.found.principal.identity == user_id:
                self._known.pop(digest, None)

    def _remembered(self, digest: bytes) -> SignedIn | type[Unauthenticated] | None:
        known = self._known.get(digest) or self._refused.get(digest)
        if known is not None and isinstance(known.found, SignedIn) and _is_past(known.found.expires_at):
            return ExpiredKey
        return known.found if known else None

    async def _look_up(self, token: Token, digest: bytes) -> SignedIn | type[Unauthenticated]:
        until = time.monotonic() + self._cache_s
        async with self._database.transaction() as session:
            store = ApiKeyStore(session) if token.kind is Kind.API_KEY else SessionStore(session)
            found = _judge(token, await store.find(token.id), digest)
            if isinstance(found, SignedIn) and isinstance(store, ApiKeyStore):
                await store.touch(token.id)
        kept = self._known if isinstance(found, SignedIn) else self._refused
        kept[digest] = _Known(found, until)
        return found


def _until(_digest: bytes, known: _Known, _now: float) -> float:
    return known.until


def _judge(token: Token, credential: Credential | None, digest: bytes) -> SignedIn | type[Unauthenticated]:
    if credential is None or not any(hmac.compare_digest(digest, valid) for valid in credential.digests):
        return UnknownKey
    if credential.user.disabled_at is not None:
        return AccountDisabled
    if credential.revoked_at is not None:
        return RevokedKey
    if _is_past(credential.expires_at):
        return ExpiredKey
    user = credential.user
    scopes = scopes_of(user.role)
    if credential.scopes is not None:
        scopes &= frozenset(credential.scopes)
    principal = Principal(user_id=user.id, name=user.name, role=user.role, scopes=scopes)
    return SignedIn(principal, token.kind, credential.id, credential.expires_at, user.quota)


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment <= datetime.now(UTC)
