"""The audit log in Postgres. Who asks, and from where, is of the request: set once, at the gate."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.tables import AuditRow
from services.kit.ids import new_id

PRUNED_AT_ONCE = 10_000


@dataclass(frozen=True)
class Actor:
    """Who acts. Without an id: nobody who signed in, or the server itself."""

    id: UUID | None
    name: str
    address: str


SERVER = Actor(None, "the server", "")
current_actor: ContextVar[Actor] = ContextVar("current_actor", default=SERVER)


@dataclass(frozen=True)
class StoredEvent:
    id: UUID
    at: datetime
    action: str
    outcome: str
    actor_id: UUID | None
    actor_name: str
    subject: str
    address: str


class AuditStore:
    """Writes in the transaction of the change: both are there, or neither."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, action: str, subject: object, *, outcome: str = "done") -> None:
        actor = current_actor.get()
        self._session.add(
            AuditRow(
                id=new_id(),
                action=action,
                outcome=outcome,
                actor_id=actor.id,
                actor_name=actor.name[:64],
                subject=str(subject)[:200],
                address=actor.address[:64],
            )
        )
        await self._session.flush()

    async def page(
        self, *, before: UUID | None, limit: int, actor_id: UUID | None, action: str | None
    ) -> list[StoredEvent]:
        """List events, newest first, from below the id `before`."""
        query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
        if before is not None:
            query = query.where(AuditRow.id < before)
        if actor_id is not None:
            query = query.where(AuditRow.actor_id == actor_id)
        if action is not None:
            query = query.where(AuditRow.action == action)
        return [_event_of(row) for row in await self._session.scalars(query)]

    async def prune(self, kept: timedelta) -> int:
        """Remove the oldest of what is older; say how many."""
        old = select(AuditRow.id).where(AuditRow.at < func.now() - kept).order_by(AuditRow.at).limit(PRUNED_AT_ONCE)
        return len(
            (await self._session.execute(delete(AuditRow).where(AuditRow.id.in_(old)).returning(AuditRow.id))).all()
        )


def _event_of(row: AuditRow) -> StoredEvent:
    return StoredEvent(row.id, row.at, row.action, row.outcome, row.actor_id, row.actor_name, row.subject, row.address)
