"""Operations: rows that a worker holds by a lease while it is at them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Interval, Select, and_, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import Failure, OperationKind, OperationRecord, OperationState
from services.catalog.storage.jobs import LEASE_S, seconds
from services.catalog.tables import Operation, Owner
from services.kit.ids import new_id

OPEN = (OperationState.RUNNING.value, OperationState.PAUSED.value)
FAILURES_KEPT = 20


class OperationRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def insert(
        self, kind: OperationKind, owner_id: UUID, *, parameters: dict[str, Any], total: int
    ) -> UUID | None:
        """Start an operation over the library; None while another of its kind is running or paused."""
        statement = (
            insert(Operation)
            .values(
                id=new_id(),
                kind=kind.value,
                state=OperationState.RUNNING.value,
                parameters=parameters,
                total=total,
                created_by=owner_id,
            )
            .on_conflict_do_nothing(index_elements=["kind"], index_where=text("state IN ('running', 'paused')"))
            .returning(Operation.id)
        )
        return await self._session.scalar(statement)

    async def get(self, operation_id: UUID, viewer: UUID | None, *, lock: bool = False) -> OperationRecord | None:
        """Give an operation that the viewer began; any with None. With `lock`, hold its row."""
        statement = _described(viewer).where(Operation.id == operation_id)
        rows = await self._read(statement.with_for_update(of=Operation) if lock else statement)
        return rows[0] if rows else None

    async def page(
        self, viewer: UUID | None, *, after: UUID | None, limit: int
    ) -> tuple[list[OperationRecord], UUID | None]:
        """Newest first."""
        statement = _described(viewer).order_by(Operation.id.desc()).limit(limit + 1)
        records = await self._read(statement if after is None else statement.where(Operation.id < after))
        return records[:limit], records[limit - 1].id if len(records) > limit else None

    async def change(self, operation_id: UUID, **values: object) -> None:
        await self._session.execute(
            update(Operation).where(Operation.id == operation_id).values(**values, updated_at=func.now())
        )

    async def follow_no_more(self) -> None:
        """Let operations that are over be over: a new one takes their place."""
        await self._session.execute(update(Operation).where(Operation.following).values(following=False))

    async def claim(self, worker: str, *, limit: int) -> list[OperationRecord]:
        """Lease operations with something to do that nobody is at, or whose worker vanished."""
        free = or_(Operation.worker.is_(None), Operation.leased_until < func.now())
        due = or_(
            Operation.state == OperationState.RUNNING.value,
            and_(Operation.following, Operation.state == OperationState.SUCCEEDED.value),
        )
        chosen = select(Operation.id).where(due, free).order_by(Operation.id).limit(limit)
        statement = (
            update(Operation)
            .where(Operation.id.in_(chosen.with_for_update(skip_locked=True)))
            .values(worker=worker, leased_until=_lease())
            .returning(Operation.id)
        )
        claimed = list(await self._session.scalars(statement))
        return await self._read(_described(None).where(Operation.id.in_(claimed)))

    async def renew(self, worker: str, operation_id: UUID) -> OperationRecord | None:
        """Extend the lease and hold the row until the transaction ends; None when the worker has lost it."""
        held = (Operation.id == operation_id, Operation.worker == worker)
        statement = update(Operation).where(*held).values(leased_until=_lease()).returning(Operation.id)
        if await self._session.scalar(statement) is None:
            return None
        return await self.get(operation_id, None)

    async def count(self, operation_id: UUID, *, done: int, failures: Sequence[Failure]) -> None:
        """Add to what is done and what failed; the first 20 failures are kept with their reasons."""
        reasons = [{"image_id": str(failure.image_id), "reason": failure.reason} for failure in failures]
        kept = await self._session.scalar(select(Operation.failures).where(Operation.id == operation_id))
        await self.change(
            operation_id,
            done=Operation.done + done,
            failed=Operation.failed + len(failures),
            total=func.greatest(Operation.total, Operation.done + Operation.failed + done + len(failures)),
            failures=[*(kept or []), *reasons][:FAILURES_KEPT],
        )

    async def finish(self, operation_id: UUID, state: OperationState, *, error: str | None = None) -> None:
        values: dict[str, Any] = {"state": state.value, "error": error, "finished_at": func.now()}
        if state is OperationState.SUCCEEDED:
            values["total"] = Operation.done + Operation.failed  # what was deleted meanwhile does not count
        else:
            values["following"] = False
        await self.change(operation_id, **values)

    async def release(self, worker: str, operation_id: UUID) -> None:
        held = (Operation.id == operation_id, Operation.worker == worker)
        await self._session.execute(update(Operation).where(*held).values(worker=None, leased_until=None))

    async def _read(self, statement: Select[Operation, str]) -> list[OperationRecord]:
        rows = await self._session.execute(statement.execution_options(populate_existing=True))
        return [_record(row[0], row[1]) for row in rows]


def _lease() -> Any:  # noqa: ANN401 - an SQL expression
    return func.now() + literal(seconds(LEASE_S), Interval)


def _described(viewer: UUID | None) -> Select[Operation, str]:
    statement = select(Operation, Owner.name).join(Owner, Owner.id == Operation.created_by)
    return statement if viewer is None else statement.where(Operation.created_by == viewer)


def _record(row: Operation, owner: str) -> OperationRecord:
    return OperationRecord(
        id=row.id,
        kind=OperationKind(row.kind),
        state=OperationState(row.state),
        parameters=row.parameters,
        done=row.done,
        failed=row.failed,
        total=row.total,
        failures=tuple(Failure(UUID(kept["image_id"]), kept["reason"]) for kept in row.failures),
        error=row.error,
        cursor=row.cursor,
        following=row.following,
        created_by=row.created_by,
        created_by_name=owner,
        created_at=row.created_at,
        updated_at=row.updated_at,
        finished_at=row.finished_at,
    )
