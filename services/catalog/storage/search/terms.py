"""Statistics: how many images bear a label or a tag, kept by triggers on the images as counts and changes to them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.storage.advisory_locks import CatalogLock
from services.catalog.tables import TERM_COUNT_LOG, TermCounter, TermScope
from services.kit.postgres.locks import try_lock_until_commit

PUBLIC = UUID(int=0)
"""The scope of public images; private images are in the scope of their owner."""
FOLD = """
WITH taken AS (
    DELETE FROM term_deltas WHERE ctid = ANY (ARRAY(SELECT ctid FROM term_deltas LIMIT :most))
    RETURNING scope, kind, term, delta
), changes AS (
    SELECT scope, kind, term, sum(delta) AS delta FROM taken GROUP BY scope, kind, term HAVING sum(delta) <> 0
), counted AS (
    INSERT INTO term_counts SELECT scope, kind, term, delta FROM changes
    ON CONFLICT (scope, kind, term) DO UPDATE SET count = term_counts.count + excluded.count
)
INSERT INTO term_scopes SELECT DISTINCT scope, 1 FROM taken
ON CONFLICT (scope) DO UPDATE SET version = term_scopes.version + 1
"""
MOST_FOLDED = 200_000
Counts = dict[tuple[str, str], int]
"""Images by (kind, term)."""


class TermRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def begin_snapshot(self) -> None:
        """Make all that this session reads from now on one moment. Must come before anything is read."""
        await self._session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

    async def count(self, viewer: UUID, kind: str, term: str) -> int:
        """Count the images that the viewer may see and that bear the term."""
        sums = union_all(
            select(TermCounter.count.label("count")).where(
                TermCounter.scope.in_([PUBLIC, viewer]), TermCounter.kind == kind, TermCounter.term == term
            ),
            select(TERM_COUNT_LOG.c.delta).where(
                TERM_COUNT_LOG.c.scope.in_([PUBLIC, viewer]),
                TERM_COUNT_LOG.c.kind == kind,
                TERM_COUNT_LOG.c.term == term,
            ),
        ).subquery()
        return int(await self._session.scalar(select(func.coalesce(func.sum(sums.c.count), 0))) or 0)

    async def versions(self, scopes: Iterable[UUID]) -> dict[UUID, int]:
        """Give the versions of the rolled-up counts by scope; scopes without counts are left out."""
        statement = select(TermScope.scope, TermScope.version).where(TermScope.scope.in_(list(scopes)))
        return {row[0]: row[1] for row in await self._session.execute(statement)}

    async def rolled_up(self, scope: UUID) -> Counts:
        """Give the counts of a scope without the changes since they were rolled up."""
        statement = select(TermCounter.kind, TermCounter.term, TermCounter.count).where(
            TermCounter.scope == scope, TermCounter.count != 0
        )
        return {(row[0], row[1]): row[2] for row in await self._session.execute(statement)}

    async def changes(self, scopes: Iterable[UUID]) -> Counts:
        """Give what is to be added to the counts of the scopes, together."""
        deltas = TERM_COUNT_LOG.c
        statement = (
            select(deltas.kind, deltas.term, func.sum(deltas.delta))
            .where(deltas.scope.in_(list(scopes)))
            .group_by(deltas.kind, deltas.term)
            .having(func.sum(deltas.delta) != 0)
        )
        return {(row[0], row[1]): row[2] for row in await self._session.execute(statement)}

    async def of_kind(self, viewer: UUID, kind: str) -> list[tuple[str, str, int]]:
        """Give (kind, term, count) of all terms of a kind of which there are few."""
        scopes, deltas = [PUBLIC, viewer], TERM_COUNT_LOG.c
        both = union_all(
            select(TermCounter.term, TermCounter.count).where(TermCounter.scope.in_(scopes), TermCounter.kind == kind),
            select(deltas.term, deltas.delta).where(deltas.scope.in_(scopes), deltas.kind == kind),
        ).subquery()
        statement = select(both.c.term, func.sum(both.c.count)).group_by(both.c.term)
        return [(kind, row[0], int(row[1])) for row in await self._session.execute(statement)]

    async def log_length(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(TERM_COUNT_LOG)) or 0

    async def roll_up(self) -> None:
        """Fold changes into the counts, a bounded number of them; nothing when another process does."""
        if await self._session.scalar(try_lock_until_commit(CatalogLock.FOLDING)):
            await self._session.execute(text(FOLD), {"most": MOST_FOLDED})
            await self._session.execute(text("DELETE FROM term_counts WHERE count = 0"))
