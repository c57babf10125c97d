"""Idempotency keys: the same key and body give the same answer for 24 hours.

The key's row is written in the transaction of the work itself: a crash leaves both or neither, so no key is ever stuck
"in flight". An advisory lock held by that transaction is what "in flight" means; work that comes before it, because it
takes long and needs no connection, is in flight in its process alone (`KeysInFlight`).
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import Column, DateTime, Integer, LargeBinary, MetaData, String, Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.http.problems import Conflict, UnprocessableContent
from services.kit.postgres.database import RequestSession
from services.kit.postgres.locks import try_lock_text_until_commit

SWEEP = text(
    "DELETE FROM idempotency_keys WHERE ctid IN (SELECT ctid FROM idempotency_keys "
    "WHERE created_at < now() - interval '24 hours' LIMIT 100)"
)
IN_FLIGHT = "A request with this Idempotency-Key is under way: wait for its answer, then send this one again."


class IdempotencyConflict(Conflict):
    code = "idempotency_in_flight"


class IdempotencyMismatch(UnprocessableContent):
    code = "idempotency_key_reused"


def idempotency_table(metadata: MetaData) -> Table:
    """Define the table in a service's own metadata."""
    return Table(
        "idempotency_keys",
        metadata,
        Column("owner", String(64), primary_key=True),
        Column("key", String(255), primary_key=True),
        Column("fingerprint", String(64), nullable=False),
        Column("status", Integer, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
    )


_TABLE = idempotency_table(MetaData())


class KeysInFlight:
    """Keys that this process is at before their transactions begin. Another process may be at the same: then whose
    transaction is the later gets the answer of the first."""

    def __init__(self) -> None:
        self._held: set[tuple[str, str]] = set()

    @contextmanager
    def hold(self, owner: str, key: str | None) -> Iterator[None]:
        """Raises IdempotencyConflict while the key is held. Without a key there is nothing to hold."""
        if key is None:
            yield
            return
        if (owner, key) in self._held:
            raise IdempotencyConflict(IN_FLIGHT)
        self._held.add((owner, key))
        try:
            yield
        finally:
            self._held.remove((owner, key))


class Idempotency:
    """What one request's `Idempotency-Key` asks for. Without the header, the work is just done."""

    def __init__(self, session: AsyncSession, *, owner: str, key: str | None, request: Request) -> None:
        self._session = session
        self._owner = owner
        self._key = key
        self._request = request

    async def once(
        self,
        work: Callable[[], Awaitable[BaseModel]],
        *,
        status: int = 201,
        digest: str | None = None,
        status_of: Callable[[Any], int] | None = None,
    ) -> Response:
        """Do `work` once a key and answer with its model; answer a repetition with the first answer.

        `digest` stands for the body where that was streamed; else the JSON body itself is compared. Errors are not
        kept: the caller may try again with the same key. Raises IdempotencyConflict while the first is under way and
        IdempotencyMismatch for another request under the same key.
        """
        if self._key is None:
            model = await work()
            return _answer(model.model_dump_json().encode(), status_of(model) if status_of else status)
        fingerprint = await self._fingerprint(digest)
        replay = await self._claim(fingerprint)
        if replay is not None:
            return replay
        model = await work()
        body, code = model.model_dump_json().encode(), status_of(model) if status_of else status
        await self._session.execute(
            _TABLE.insert().values(owner=self._owner, key=self._key, fingerprint=fingerprint, status=code, body=body)
        )
        await self._session.execute(SWEEP)
        return _answer(body, code)

    async def replay(self, *, digest: str) -> Response | None:
        """Give the first answer, where there is one: in a transaction of its own, before work that comes before `once`.

        Raises what `once` raises.
        """
        return None if self._key is None else await self._claim(await self._fingerprint(digest))

    async def _fingerprint(self, digest: str | None) -> str:
        request = self._request
        body = digest or hashlib.sha256(await request.body()).hexdigest()
        return hashlib.sha256(
            json.dumps([request.method, request.url.path, request.url.query, body]).encode()
        ).hexdigest()

    async def _claim(self, fingerprint: str) -> Response | None:
        if not await self._session.scalar(try_lock_text_until_commit(f"{self._owner} {self._key}")):
            raise IdempotencyConflict(IN_FLIGHT)
        kept = (
            await self._session.execute(
                select(_TABLE).where(
                    _TABLE.c.owner == self._owner,
                    _TABLE.c.key == self._key,
                    _TABLE.c.created_at > func.now() - text("interval '24 hours'"),
                )
            )
        ).first()
        if kept is None:
            await self._session.execute(_TABLE.delete().where(_TABLE.c.owner == self._owner, _TABLE.c.key == self._key))
            return None
        if kept.fingerprint != fingerprint:
            raise IdempotencyMismatch("This Idempotency-Key was used for another request: use a fresh key.")
        return _answer(kept.body, kept.status, replayed=True)


def _answer(body: bytes, status: int, *, replayed: bool = False) -> Response:
    headers = {"idempotency-replayed": "true"} if replayed else {}
    return Response(body, status_code=status, media_type="application/json", headers=headers)


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Your own key: sending again with the same key and body gives the first answer again, for 24 h.",
    ),
]


async def get_idempotency(request: Request, session: RequestSession, key: IdempotencyKey = None) -> Idempotency:
    principal = getattr(request.state, "principal", None)
    return Idempotency(session, owner=str(principal.identity) if principal else "anonymous", key=key, request=request)


RequestIdempotency = Annotated[Idempotency, Depends(get_idempotency)]
