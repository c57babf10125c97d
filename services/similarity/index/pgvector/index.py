"""VectorIndex over Postgres: one table and its own indexes for each space."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.kit.postgres.locks import try_lock_until_commit
from services.similarity.index.errors import SpaceBusy, UnknownSpace, WrongDimension
from services.similarity.index.pgvector import statements
from services.similarity.index.pgvector.building import IndexBuilder
from services.similarity.index.pgvector.estimates import Estimates
from services.similarity.index.pgvector.failures import GONE, mapped_failures, sqlstate
from services.similarity.index.pgvector.options import IndexOptions
from services.similarity.index.pgvector.quick import QuickSearch
from services.similarity.index.pgvector.searching import (
    Answered,
    Asked,
    chosen,
    modes_of,
    nothing_found,
    search,
    settings_for,
)
from services.similarity.index.pgvector.signs import drop_signs
from services.similarity.index.pgvector.tables import create_points, points_table
from services.similarity.index.port import (
    MAX_DIMENSION,
    MAX_LIMIT,
    Filter,
    Found,
    Mode,
    Neighbour,
    PayloadChange,
    Point,
    Space,
    Vector,
)
from services.similarity.index.vectors import unit_half
from services.similarity.storage import spaces
from services.similarity.storage.advisory_locks import SimilarityLock
from services.similarity.storage.spaces import SpaceRecord

Result = TypeVar("Result")


class PgvectorIndex:
    """A VectorIndex whose truth is in the database: what is remembered between calls is checked, or only a hint.

    `engine` is the process's pool; `builder` has its own connections, since building takes longer than statements may.
    `quick`, which is the owner's to close, has its own too: without it every search goes the long way.
    """

    def __init__(
        self, engine: AsyncEngine, builder: IndexBuilder, options: IndexOptions, quick: QuickSearch | None = None
    ) -> None:
        self._engine = engine
        self._builder = builder
        self._options = options
        self._quick = quick
        self._estimates = Estimates() if quick is None else quick.estimates

    async def ensure_space(self, space: str, *, dimension: int, trained: bool | None = None) -> None:
        if not 1 <= dimension <= MAX_DIMENSION:
            raise ValueError(f"a space has 1 to {MAX_DIMENSION} dimensions, not {dimension}")

        async def work(connection: AsyncConnection) -> None:
            known = await spaces.get(connection, space)
            if known is None:
                await spaces.lock_registry(connection)
                known = await spaces.get(connection, space)
            if known is None:
                known = await spaces.add(connection, space, dimension=dimension, trained=trained)
                for statement in create_points(known):
                    await connection.execute(text(statement))
            _require_dimension(known, dimension)
            if known.trained is None and trained is not None:
                await spaces.change(connection, known.slot, trained=trained)

        await self._transaction(work)

    async def drop_space(self, space: str) -> None:
        async def work(connection: AsyncConnection) -> None:
            await spaces.lock_registry(connection)
            known = await spaces.get(connection, space)
            if known is None:
                return
            if not await connection.scalar(try_lock_until_commit(SimilarityLock.BUILDING, known.slot)):
                raise SpaceBusy(f"An index of {space} is being built; try again when that is done.")
            await spaces.remove(connection, known.slot)
            await connection.execute(text(f"DROP TABLE {points_table(known)}"))
            await drop_signs(connection, known, keep=None)

        await self._transaction(work)

    async def spaces(self) -> list[Space]:
        async def work(connection: AsyncConnection) -> list[Space]:
            records = await spaces.get_all(connection)
            return [_space(record, populated=await statements.populated(connection, record)) for record in records]

        return await self._transaction(work)

    async def upsert(self, space: str, points: Sequence[Point]) -> None:
        latest = {point.image_id: point for point in points}
        rows = [_row(latest[image_id]) for image_id in sorted(latest)]  # sorted: two batches never wait crosswise
        if not rows:
            return

        async def work(connection: AsyncConnection, known: SpaceRecord) -> None:
            for row in rows:
                _require_dimension(known, len(row["vector"]))
            await connection.execute(text(statements.upsert(known)), rows)

        await self._in_space(space, work)

    async def set_payload(self, image_id: UUID, change: PayloadChange) -> None:
        bound = {"image_id": image_id, "owner_id": change.owner_id, "public": change.public}
        labels = None if change.label_ids is None else sorted(set(change.label_ids))

        async def work(connection: AsyncConnection) -> None:
            for known in await spaces.get_all(connection):
                await connection.execute(text(statements.set_payload(known)), {**bound, "label_ids": labels})

        await self._transaction(work)

    async def delete(self, image_id: UUID) -> None:
        async def work(connection: AsyncConnection) -> None:
            for known in await spaces.get_all(connection):
                await connection.execute(text(statements.delete(known)), {"image_id": image_id})

        await self._transaction(work)

    async def remove(self, space: str, image_ids: Sequence[UUID]) -> None:
        async def work(connection: AsyncConnection, known: SpaceRecord) -> None:
            await connection.execute(text(statements.remove(known)), {"image_ids": sorted(image_ids)})

        await self._in_space(space, work)

    async def get_vector(self, space: str, image_id: UUID) -> Vector | None:
        async def work(connection: AsyncConnection, known: SpaceRecord) -> Vector | None:
            found = await connection.scalar(text(statements.get_vector(known)), {"image_id": image_id})
            return None if found is None else np.asarray(found, dtype=np.float32)

        return await self._in_space(space, work)

    async def points(self, space: str, *, after: UUID | None = None, limit: int) -> list[Point]:
        if not 1 <= limit <= MAX_LIMIT:
            raise ValueError(f"limit is 1 to {MAX_LIMIT}, not {limit}")
        bound = {"limit": limit} | ({} if after is None else {"after": after})

        async def work(connection: AsyncConnection, known: SpaceRecord) -> list[Point]:
            rows = await connection.execute(text(statements.page(known, first=after is None)), bound)
            return [_point(row) for row in rows]

        return await self._in_space(space, work)

    async def count(self, space: str, wanted: Filter | None = None) -> int:
        async def work(connection: AsyncConnection, known: SpaceRecord) -> int:
            return await statements.count(connection, known, wanted)

        return 0 if wanted is not None and wanted.fits_nothing else await self._in_space(space, work)

    async def query(
        self, space: str, vector: Vector, wanted: Filter, *, limit: int, min_score: float = 0.0, mode: Mode = Mode.AUTO
    ) -> Found:
        asked = Asked(None, unit_half(vector).tolist(), wanted, limit, mode)
        answered = await self._answered(space, asked)
        return _best(answered.neighbours or [], answered.mode, min_score)

    async def query_stored(
        self,
        space: str,
        image_id: UUID,
        wanted: Filter,
        *,
        limit: int,
        min_score: float = 0.0,
        mode: Mode = Mode.AUTO,
    ) -> Found | None:
        others = replace(wanted, exclude=wanted.exclude | {image_id})
        answered = await self._answered(space, Asked(image_id, None, others, limit, mode))
        return None if answered.neighbours is None else _best(answered.neighbours, answered.mode, min_score)

    async def _answered(self, space: str, asked: Asked) -> Answered:
        if not 1 <= asked.limit <= MAX_LIMIT:
            raise ValueError(f"limit is 1 to {MAX_LIMIT}, not {asked.limit}")
        found = await self._quick.search(space, asked) if self._quick else None
        if found is not None:
            return found

        async def work(connection: AsyncConnection, known: SpaceRecord) -> Answered:
            if asked.vector is not None:
                _require_dimension(known, len(asked.vector))
            if asked.wanted.fits_nothing:
                return await nothing_found(connection, known, asked)
            if self._quick is not None:
                self._quick.remember(known)
            here = replace(asked, mode=chosen(known, asked.mode))
            return await search(connection, known, here, self._options, self._estimates)

        return await self._in_space(space, work, settings=settings_for(asked, self._options))

    async def build(self, space: str, *, recentre: bool = False) -> bool:
        with mapped_failures():
            return await self._builder.build(space, recentre=recentre)

    async def _in_space(
        self,
        space: str,
        work: Callable[[AsyncConnection, SpaceRecord], Awaitable[Result]],
        *,
        settings: Mapping[str, str] | None = None,
    ) -> Result:
        async def within(connection: AsyncConnection) -> Result:
            known = await spaces.get(connection, space, settings=settings)
            if known is None:
                raise UnknownSpace(space)
            return await work(connection, known)

        return await self._transaction(within)

    async def _transaction(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """Run `work` in a transaction; once more when a table or an index went away under it."""
        with mapped_failures():
            try:
                return await self._attempt(work)
            except DBAPIError as error:
                if sqlstate(error) not in GONE:
                    raise
            return await self._attempt(work)

    async def _attempt(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        async with self._engine.begin() as connection:
            return await work(connection)


def _best(neighbours: Sequence[Neighbour], mode: Mode, min_score: float) -> Found:
    return Found(tuple(one for one in neighbours if one.score >= min_score), mode)


def _require_dimension(space: SpaceRecord, given: int) -> None:
    if space.dimension != given:
        raise WrongDimension(space.id, wanted=space.dimension, given=given)


def _space(record: SpaceRecord, *, populated: bool) -> Space:
    return Space(
        id=record.id,
        dimension=record.dimension,
        trained=record.trained,
        populated=populated,
        modes=modes_of(record),
        centred_on=record.centred_on,
        created_at=record.created_at,
    )


def _point(row: Row[Any]) -> Point:
    labels = tuple(sorted(row.label_ids))
    return Point(row.image_id, np.asarray(row.vector, np.float32), row.owner_id, row.public, labels)


def _row(point: Point) -> dict[str, Any]:
    return {
        "image_id": point.image_id,
        "owner_id": point.owner_id,
        "public": point.public,
        "label_ids": sorted(set(point.label_ids)),
        "vector": unit_half(point.vector).tolist(),
    }
