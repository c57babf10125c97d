"""The change feed. One transaction at a time numbers what others committed, so that numbers appear in their order.

See docs/adr/0024.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain.events import START, EventBatch, EventPlace, EventRecord, EventType
from services.catalog.storage.advisory_locks import CatalogLock
from services.kit.postgres.locks import lock_until_commit

NUMBERED_AT_ONCE = 5_000
SCANNED_AT_ONCE = 1_000
PRUNED_AT_ONCE = 10_000

_WAITING = text("SELECT EXISTS (SELECT FROM event_inbox)")
_NUMBER = text("""
    WITH taken AS (
        DELETE FROM event_inbox WHERE n IN (SELECT n FROM event_inbox ORDER BY n LIMIT :most) RETURNING *
    ), once AS (
        SELECT DISTINCT ON (transaction, kind, subject_id, audience) * FROM taken
        ORDER BY transaction, kind, subject_id, audience, n
    ), numbered AS (
        INSERT INTO events (position, at, kind, subject_id, owner_id, audience)
        SELECT (SELECT coalesce(max(position), 0) FROM events) + row_number() OVER (ORDER BY n),
            at, kind, subject_id, owner_id, audience
        FROM once
    )
    SELECT count(*) FROM taken
""")
_HEAD = text("SELECT position, at FROM events ORDER BY position DESC LIMIT 1")
_STANDS = text("""
    SELECT CASE WHEN CAST(:position AS bigint) = 0 THEN (SELECT coalesce(min(position), 1) = 1 FROM events)
        ELSE EXISTS (SELECT FROM events WHERE position = :position AND at = :at) END
""")
# Of an image that is private by now, others are told that it went, and not what happened to it before.
_AFTER = text("""
    SELECT events.position, events.at, events.kind, events.subject_id, CASE
        WHEN events.owner_id = :viewer THEN audience <> 'others'
        ELSE audience <> 'owner' AND (
            kind = 'image.deleted'
            OR EXISTS (
                SELECT FROM images WHERE id = subject_id AND deleted_at IS NULL AND visibility = 'public'
            )
        ) END
    FROM events WHERE position > :position ORDER BY position LIMIT :most
""")
_PRUNE = text("""
    WITH oldest AS (SELECT position, at FROM events ORDER BY position LIMIT :most)
    DELETE FROM events WHERE position < (SELECT max(position) FROM events) AND (
        position <= (SELECT max(position) FROM oldest WHERE at < now() - CAST(:kept AS interval))
        OR (position IN (SELECT position FROM oldest) AND position <= (SELECT max(position) FROM events) - :most_kept)
    )
""")


class EventRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def waiting(self) -> bool:
        """Whether something committed is not numbered yet."""
        return bool(await self._session.scalar(_WAITING))

    async def number(self) -> int:
        """Number what is committed and say how much that was; the others wait until this transaction ends."""
        await self._session.execute(lock_until_commit(CatalogLock.EVENTS))
        return int(await self._session.scalar(_NUMBER, {"most": NUMBERED_AT_ONCE}) or 0)

    async def head(self) -> EventPlace:
        """Give the place behind all that is numbered."""
        row = (await self._session.execute(_HEAD)).one_or_none()
        return START if row is None else EventPlace(row[0], row[1])

    async def stands(self, place: EventPlace) -> bool:
        """Whether nothing between the place and now is gone."""
        return bool(await self._session.scalar(_STANDS, {"position": place.position, "at": place.at}))

    async def after(self, place: EventPlace, viewer: UUID, *, limit: int) -> EventBatch:
        """Give what the viewer may know of, from behind the place on."""
        asked = {"position": place.position, "viewer": viewer, "most": SCANNED_AT_ONCE}
        rows = (await self._session.execute(_AFTER, asked)).all()
        found = list[EventRecord]()
        for position, at, kind, subject_id, seen in rows:
            place = EventPlace(position, at)
            if seen:
                found.append(EventRecord(place, EventType(kind), subject_id))
            if len(found) == limit:
                break
        more = bool(rows) and (rows[-1][0] > place.position or len(rows) == SCANNED_AT_ONCE)
        return EventBatch(tuple(found), place, more)

    async def prune(self, *, kept: timedelta, most_kept: int) -> int:
        """Remove the oldest events, and never the newest; say how many."""
        asked = {"kept": kept, "most_kept": most_kept, "most": PRUNED_AT_ONCE}
        return (await self._session.execute(_PRUNE, asked)).rowcount  # type: ignore[attr-defined,no-any-return]
