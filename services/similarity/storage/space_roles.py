"""The registry of the parts that spaces play. It stands beside the index, so that every index can have it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.postgres.locks import try_lock_until_commit
from services.similarity.storage.advisory_locks import SimilarityLock
from services.similarity.tables import SpaceRoleRow

PROMOTED, CANDIDATE = "promoted", "candidate"


@dataclass(frozen=True)
class SpaceRoles:
    """`promoted` is the space that was said to answer, since `promoted_at`; `candidates` are being filled."""

    promoted: str | None = None
    promoted_at: datetime | None = None
    candidates: frozenset[str] = frozenset()


class SpaceRoleRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold(self) -> bool:
        """Keep others from promoting and dropping until the transaction ends; False when another is at it."""
        return bool(await self._session.scalar(try_lock_until_commit(SimilarityLock.ROLES)))

    async def get(self) -> SpaceRoles:
        rows = (await self._session.execute(select(SpaceRoleRow.space, SpaceRoleRow.role, SpaceRoleRow.since))).all()
        promoted = next((row for row in rows if row.role == PROMOTED), None)
        return SpaceRoles(
            promoted=promoted.space if promoted else None,
            promoted_at=promoted.since if promoted else None,
            candidates=frozenset(row.space for row in rows if row.role == CANDIDATE),
        )

    async def promote(self, space: str) -> None:
        """Say that this space answers, instead of another; said again, it answers since the first time."""
        others = (SpaceRoleRow.role == PROMOTED, SpaceRoleRow.space != space)
        await self._session.execute(delete(SpaceRoleRow).where(*others))
        statement = insert(SpaceRoleRow).values(space=space, role=PROMOTED)
        changed = statement.on_conflict_do_update(
            index_elements=["space"], set_={"role": PROMOTED, "since": func.now()}, where=SpaceRoleRow.role != PROMOTED
        )
        await self._session.execute(changed)

    async def mark_candidate(self, space: str) -> None:
        """Say that the space is being filled, unless it answers."""
        statement = insert(SpaceRoleRow).values(space=space, role=CANDIDATE)
        await self._session.execute(statement.on_conflict_do_nothing())

    async def forget(self, space: str) -> None:
        await self._session.execute(delete(SpaceRoleRow).where(SpaceRoleRow.space == space))
