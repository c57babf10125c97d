"""API keys: made, listed, rotated, revoked.

A repeated POST under the same Idempotency-Key gives the same key again, secret included: the one who never got the
first answer would else own a key that nobody can use. No plain secret is stored for it. The secret is computed from
the server's pepper and a random seed; the kept answer has the seed, and it goes when the answer goes.
"""

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

from starlette.responses import Response

from services.gateway.accounts.authentication import Authenticator
from services.gateway.accounts.credentials import Kind, Pepper, new_seed
from services.gateway.schemas.api_keys import (
    ApiKey,
    ApiKeyCreate,
    ApiKeyPage,
    ApiKeyRotate,
    ApiKeyWithSecret,
    SealedApiKey,
)
from services.gateway.services.errors import InsufficientScope, KeyExpired, TooManyKeys
from services.gateway.storage.api_keys import ApiKeyStore
from services.gateway.storage.audit import AuditStore
from services.gateway.storage.records import StoredKey
from services.gateway.storage.users import UserStore
from services.kit.http.pagination import decode_cursor, encode_cursor
from services.kit.http.problems import FieldError, NotFound, UnprocessableContent
from services.kit.ids import new_id
from services.kit.principal import Principal

MAX_KEYS = 100


class ApiKeyService:
    """The keys of `principal`, who must hold every scope that it gives or shows again."""

    def __init__(
        self,
        keys: ApiKeyStore,
        users: UserStore,
        audit: AuditStore,
        *,
        principal: Principal,
        pepper: Pepper,
        authenticator: Authenticator,
    ) -> None:
        self._keys = keys
        self._users = users
        self._audit = audit
        self._principal = principal
        self._owner = principal.identity
        self._pepper = pepper
        self._authenticator = authenticator

    async def create(self, wanted: ApiKeyCreate) -> SealedApiKey:
        """Make a key. Raises InsufficientScope, UnprocessableContent (expiry in the past), TooManyKeys."""
        self._require(wanted.scopes)
        if wanted.expires_at is not None and wanted.expires_at <= datetime.now(UTC):
            message = "expires_at must be in the future."
            raise UnprocessableContent(
                message, errors=[FieldError(pointer="/expires_at", code="in_the_past", message=message)]
            )
        await self._users.lock(self._owner)
        await self._keys.prune(self._owner)
        if await self._keys.count(self._owner) >= MAX_KEYS:
            raise TooManyKeys(f"There are {MAX_KEYS} keys already: revoke one first.")
        key_id, seed = new_id(), new_seed()
        stored = await self._keys.add(
            key_id,
            user_id=self._owner,
            name=wanted.name,
            scopes=sorted(set(wanted.scopes)),
            digest=self._digest(key_id, seed),
            expires_at=wanted.expires_at,
        )
        await self._audit.add("key.created", key_id)
        return SealedApiKey(**_document(stored).model_dump(), seed=seed.hex())

    async def page(self, cursor: str | None, limit: int) -> ApiKeyPage:
        """List the keys that are not revoked, newest first. Raises InvalidCursor."""
        filters = ["api_keys", str(self._owner)]
        before = decode_cursor(cursor, filters, (UUID,))[0] if cursor else None
        found = await self._keys.page(self._owner, before=before, limit=limit + 1)
        items = found[:limit]
        more = encode_cursor([items[-1].id], filters) if len(found) > limit else None
        return ApiKeyPage(items=[_document(key) for key in items], next_cursor=more)

    async def rotate(self, key_id: UUID, rotation: ApiKeyRotate) -> SealedApiKey:
        """Give the key a new secret; the old one works for `overlap_s` more.

        Raises NotFound, KeyExpired, and InsufficientScope: else a small key could fetch itself a larger one.
        """
        stored = await self._existing(key_id)
        if stored.revoked_at is not None:
            raise NotFound("This key was revoked: make a new one.")
        if stored.expires_at is not None and stored.expires_at <= datetime.now(UTC):
            raise KeyExpired("This key has expired, and a rotation does not extend it: make a new one.")
        self._require(stored.scopes)
        seed = new_seed()
        overlap = timedelta(seconds=rotation.overlap_s)
        await self._keys.replace_secret(self._owner, key_id, digest=self._digest(key_id, seed), overlap=overlap)
        await self._audit.add("key.rotated", key_id)
        self._authenticator.forget(key_id)
        return SealedApiKey(**_document(stored).model_dump(), seed=seed.hex())

    async def revoke(self, key_id: UUID) -> None:
        """Revoke, also what is revoked already. Raises NotFound."""
        await self._existing(key_id)
        await self._keys.revoke(self._owner, key_id)
        await self._audit.add("key.revoked", key_id)
        self._authenticator.forget(key_id)

    def unseal(self, answer: Response) -> Response:
        """Put the secret into an answer that has the seed, a replayed one too: so the caller's scopes count again.

        Raises InsufficientScope.
        """
        sealed = SealedApiKey(**json.loads(bytes(answer.body)))
        self._require(sealed.scopes)
        token = self._pepper.token(Kind.API_KEY, sealed.id, bytes.fromhex(sealed.seed))
        shown = ApiKeyWithSecret(**sealed.model_dump(exclude={"seed"}), key=token)
        headers = {"cache-control": "no-store"}
        if "idempotency-replayed" in answer.headers:
            headers["idempotency-replayed"] = answer.headers["idempotency-replayed"]
        return Response(
            shown.model_dump_json(), status_code=answer.status_code, media_type="application/json", headers=headers
        )

    def _digest(self, key_id: UUID, seed: bytes) -> bytes:
        return self._pepper.digest(self._pepper.token(Kind.API_KEY, key_id, seed))

    def _require(self, scopes: Collection[str]) -> None:
        missing = sorted(set(scopes) - self._principal.scopes)
        if missing:
            raise InsufficientScope(f"This needs the scope {', '.join(missing)}, which the caller does not have.")

    async def _existing(self, key_id: UUID) -> StoredKey:
        stored = await self._keys.get(self._owner, key_id)
        if stored is None:
            raise NotFound("There is no such API key, or it is not yours.")
        return stored


def _document(stored: StoredKey) -> ApiKey:
    values = asdict(stored)
    del values["revoked_at"]
    return ApiKey(**values)
