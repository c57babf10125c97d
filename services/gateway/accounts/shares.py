"""Share links: made, listed, revoked; and visitors, who show the secret of one and, where it has one, its password.

A link is looked up at every request, so revoking it is effective at once. As with API keys the secret is computed from
the server's pepper and a seed, so that a repeated POST can show it again; only its keyed hash is stored.
"""

import hmac
import json
import re
import time
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from starlette.responses import Response

from services.gateway.accounts.credentials import Pepper, new_seed
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.sessions import SignInThrottle
from services.gateway.schemas.shares import SealedShare, Share, ShareCreate, SharedField, Shares, ShareWithSecret
from services.gateway.services.errors import ShareLocked, TooManyShares, WrongSharePassword
from services.gateway.storage.audit import AuditStore
from services.gateway.storage.records import StoredShare
from services.gateway.storage.shares import ShareStore
from services.kit import context
from services.kit.clients import ServiceClient, UpstreamRefused
from services.kit.http.problems import FieldError, NotFound, Unavailable, UnprocessableContent
from services.kit.ids import new_id
from services.kit.postgres.database import Database
from services.kit.principal import Principal
from services.protocol.shares import ShareClaims

MAX_SHARES = 100
UNLOCKED_S = 12 * 3600
MAX_DIGITS = 20
_SECRET = re.compile("[0-9a-f]{64}")


class ShareService:
    """Owns its transactions, so that no connection is held while a password is being hashed or the catalog is asked."""

    def __init__(
        self,
        database: Database,
        catalog: ServiceClient,
        *,
        passwords: Passwords,
        pepper: Pepper,
        throttle: SignInThrottle,
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._passwords = passwords
        self._pepper = pepper
        self._throttle = throttle

    async def create(self, owner: Principal, collection: str, wanted: ShareCreate) -> SealedShare:
        """Raises UpstreamRefused (no such collection), UnprocessableContent (expiry in the past), TooManyShares."""
        if wanted.expires_at is not None and wanted.expires_at <= datetime.now(UTC):
            message = "expires_at must be in the future."
            raise UnprocessableContent(
                message, errors=[FieldError(pointer="/expires_at", code="in_the_past", message=message)]
            )
        collection_id = await self._id_of(collection, owner)
        await self._make_room(owner)
        password = wanted.password and wanted.password.get_secret_value()
        password_hash = await self._passwords.hash(password) if password else None
        share_id, seed = new_id(), new_seed()
        async with self._database.transaction() as session:
            shares = ShareStore(session)
            if await shares.count(owner.identity) >= MAX_SHARES:
                raise TooManyShares(f"There are {MAX_SHARES} links already: revoke one first.")
            stored = await shares.add(
                share_id,
                user_id=owner.identity,
                collection_id=collection_id,
                name=wanted.name,
                digest=self._pepper.digest(self._pepper.share_secret(share_id, seed)),
                password_hash=password_hash,
                fields=sorted(set(wanted.fields)),
                allow_download=wanted.allow_download,
                expires_at=wanted.expires_at,
            )
            await AuditStore(session).add("share.created", share_id)
        return SealedShare(**_document(stored).model_dump(), seed=seed.hex())

    async def of_collection(self, owner: Principal, collection: str) -> Shares:
        collection_id = await self._id_of(collection, owner)
        async with self._database.transaction() as session:
            found = await ShareStore(session).of_collection(owner.identity, collection_id)
        return Shares(items=[_document(share) for share in found])

    async def revoke(self, owner: Principal, collection: str, share_id: UUID) -> None:
        """Raises NotFound."""
        collection_id = await self._id_of(collection, owner)
        async with self._database.transaction() as session:
            if not await ShareStore(session).remove(owner.identity, collection_id, share_id):
                raise NotFound("There is no such link, or it was revoked already.")
            await AuditStore(session).add("share.revoked", share_id)

    def unseal(self, answer: Response) -> Response:
        """Put the secret into an answer that has the seed, a replayed one too."""
        sealed = SealedShare(**json.loads(bytes(answer.body)))
        secret = self._pepper.share_secret(sealed.id, bytes.fromhex(sealed.seed))
        url = context.public(f"/s/{secret}")
        shown = ShareWithSecret(**sealed.model_dump(exclude={"seed"}), secret=secret, url=url)
        headers = {"cache-control": "no-store"}
        if "idempotency-replayed" in answer.headers:
            headers["idempotency-replayed"] = answer.headers["idempotency-replayed"]
        return Response(
            shown.model_dump_json(), status_code=answer.status_code, media_type="application/json", headers=headers
        )

    async def unlock(self, secret: str, password: str, *, address: str) -> tuple[str, str]:
        """Give name and value of the cookie that opens the link for twelve hours.

        Raises NotFound, WrongSharePassword, TooManyRequests, Unavailable.
        """
        share = await self._share_of(secret)
        self._throttle.take(share.id.hex, address)
        try:
            right = await self._passwords.verify(share.password_hash, password)
        except Unavailable:
            self._throttle.forgive(share.id.hex, address)
            raise
        if not right and share.password_hash is not None:
            raise WrongSharePassword("The password is wrong.")
        self._throttle.forgive(share.id.hex, address)
        ends = int(time.time()) + UNLOCKED_S
        return _cookie_name(share), f"{ends}.{self._proof(share, ends)}"

    async def visit(self, secret: str, cookies: dict[str, str]) -> tuple[UUID, ShareClaims]:
        """Give the link's id and what it shares. Raises NotFound and ShareLocked."""
        share = await self._share_of(secret)
        if share.password_hash is not None and not self._is_unlocked(share, cookies.get(_cookie_name(share), "")):
            raise ShareLocked("This link has a password: send it to `:unlock` first.")
        return share.id, ShareClaims(share.user_id, share.collection_id, frozenset(share.fields), share.allow_download)

    async def _make_room(self, owner: Principal) -> None:
        """Of a user who has all links that one may have, remove those of collections that were deleted.

        They open nothing, and nobody can list them. Raises UpstreamRefused.
        """
        async with self._database.transaction() as session:
            shares = ShareStore(session)
            if await shares.count(owner.identity) < MAX_SHARES:
                return
            shared = await shares.collections(owner.identity)
        for collection_id in shared:
            try:
                await self._id_of(str(collection_id), owner)
            except UpstreamRefused as refused:
                if refused.status != HTTPStatus.NOT_FOUND:
                    raise
                async with self._database.transaction() as session:
                    await ShareStore(session).remove_all(owner.identity, collection_id)

    async def _share_of(self, secret: str) -> StoredShare:
        found = None
        if _SECRET.fullmatch(secret):
            async with self._database.transaction() as session:
                found = await ShareStore(session).visited(self._pepper.digest(secret))
        if found is None:
            raise NotFound("There is no such link: it may have expired, or was revoked.")
        return found

    async def _id_of(self, collection: str, owner: Principal) -> UUID:
        answer = await self._catalog.call("GET", f"/v1/collections/{collection}", principal=owner)
        return UUID(answer.json()["id"])

    def _is_unlocked(self, share: StoredShare, cookie: str) -> bool:
        ends, _, proof = cookie.partition(".")
        if not (ends.isascii() and ends.isdigit() and len(ends) < MAX_DIGITS) or int(ends) < time.time():
            return False
        return hmac.compare_digest(proof.encode(), self._proof(share, int(ends)).encode())

    def _proof(self, share: StoredShare, ends: int) -> str:
        return self._pepper.unlocked(f"{share.id} {ends} {share.password_hash}")


def _cookie_name(share: StoredShare) -> str:
    return f"pictor_share_{share.id.hex}"


def _document(share: StoredShare) -> Share:
    return Share(
        id=share.id,
        name=share.name,
        created_at=share.created_at,
        expires_at=share.expires_at,
        has_password=share.password_hash is not None,
        fields=[SharedField(name) for name in share.fields],
        allow_download=share.allow_download,
    )
