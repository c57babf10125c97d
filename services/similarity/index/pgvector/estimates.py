"""How many points a filter lets through, by the planner's statistics: a hint, in a tenth of the time of counting."""

# ruff: noqa: S608 - what is put into statements are names and numbers of ours, never a caller's words

from dataclasses import dataclass
from uuid import UUID

from cachetools import TTLCache
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.similarity.index.pgvector.filters import conditions
from services.similarity.index.pgvector.tables import points_table
from services.similarity.index.port import Filter
from services.similarity.storage.spaces import SpaceRecord

KEPT_S = 10.0
MAX_KEPT = 10_000


@dataclass(frozen=True)
class Fitting:
    """So many `rows` of so many."""

    rows: int
    of: int


class Estimates:
    """Remembers for a moment what a viewer may see of a space; asks anew for every filter that narrows that.

    Nothing but the way of a search depends on it: a wrong estimate costs time, never a result.
    """

    def __init__(self) -> None:
        self._kept: TTLCache[tuple[int, int, UUID], Fitting] = TTLCache(MAX_KEPT, KEPT_S)

    def kept(self, space: SpaceRecord, viewer: UUID) -> Fitting | None:
        """What is remembered."""
        return self._kept.get((space.slot, space.centring, viewer))

    async def of(self, connection: AsyncConnection, space: SpaceRecord, wanted: Filter) -> Fitting:
        """At least one of at least one."""
        if wanted.narrows:
            return await _estimated(connection, space, wanted)
        fitting = self.kept(space, wanted.viewer)
        if fitting is None:
            fitting = await _estimated(connection, space, Filter(viewer=wanted.viewer))
            self._kept[space.slot, space.centring, wanted.viewer] = fitting
        return fitting


async def _estimated(connection: AsyncConnection, space: SpaceRecord, wanted: Filter) -> Fitting:
    """One round trip: the plan has the table twice, whole and narrowed."""
    condition, parameters = conditions(wanted)
    table = points_table(space)
    statement = f"EXPLAIN (FORMAT JSON) SELECT FROM {table} UNION ALL SELECT FROM {table} WHERE {condition}"
    plan = await connection.scalar(text(statement), parameters)
    whole, fitting = (max(int(part["Plan Rows"]), 1) for part in plan[0]["Plan"]["Plans"])
    return Fitting(min(fitting, whole), whole)
