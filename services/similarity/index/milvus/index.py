"""VectorIndex over Milvus: one collection for each space, and a registry of them."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.similarity.index.errors import UnknownSpace, WrongDimension
from services.similarity.index.milvus import registry
from services.similarity.index.milvus.connection import Connection
from services.similarity.index.milvus.failures import Gone
from services.similarity.index.milvus.filters import expression, quoted
from services.similarity.index.milvus.options import MilvusOptions
from services.similarity.index.milvus.registry import SpaceRow
from services.similarity.index.milvus.rows import point_of, row_of, vector_of
from services.similarity.index.milvus.searching import search
from services.similarity.index.milvus.session import Row, Session
from services.similarity.index.milvus.turns import Turns
from services.similarity.index.port import (
    MAX_DIMENSION,
    MAX_LIMIT,
    Filter,
    Found,
    Mode,
    PayloadChange,
    Point,
    Space,
    Vector,
)
from services.similarity.index.stored import query_by_vector
from services.similarity.index.vectors import unit_half

MAX_ROWS = 1000
Result = TypeVar("Result")


class MilvusIndex:
    """A VectorIndex whose truth is in Milvus (2.6.2 or newer, for changing parts of rows): nothing is remembered here.

    Modes: `hnsw` is Milvus' graph, which `auto` takes in every space with points; `exact` compares one by one, by an
    index of type FLAT on the same vectors; there is no `two_stage`, and `exact` answers for it.

    What differs from the port, where Milvus has no transactions:
    - `upsert` sends up to MAX_ROWS points in one request, which Milvus takes or refuses as one. Of more than those, or
      when Milvus fails in the middle of writing, a part may be there: sending the same again mends it.
    - `set_payload` and `delete` go through the spaces one after the other: repeat one that failed.
    - Writers of one image wait for each other within one process only. Milvus changes payloads by reading and writing
      rows: of two processes that change one image at the same instant, one change may be lost. Let one process write.
    - Of more than 16,384 points with one score at the end of an answer, any may be in it.

    milvus-lite (a path that ends in .db) cannot: half precision (the same values are kept in 32 bits), two writers (all
    calls take turns), two processes (the second is refused), accounts and databases over the wire.
    """

    def __init__(self, options: MilvusOptions) -> None:
        self._connection = Connection(options)
        self._lite = options.lite
        self._turns = Turns()
        self._registering = asyncio.Lock()

    async def ping(self) -> None:
        """Raises IndexUnavailable, IndexTimeout."""
        await self._connection.ping()

    async def close(self) -> None:
        await self._connection.close()

    async def ensure_space(self, space: str, *, dimension: int, trained: bool | None = None) -> None:
        if not 1 <= dimension <= MAX_DIMENSION:
            raise ValueError(f"a space has 1 to {MAX_DIMENSION} dimensions, not {dimension}")
        async with self._registering:
            await self._connection.run(lambda session: registry.ensure(session, space, dimension, trained=trained))

    async def drop_space(self, space: str) -> None:
        async with self._registering:
            await self._connection.run(lambda session: registry.drop(session, space))

    async def spaces(self) -> list[Space]:
        def work(session: Session) -> list[Space]:
            found = []
            for row in registry.get_all(session):
                try:
                    populated = bool(session.rows(row.collection, "", fields=["id"], limit=1))
                except Gone:
                    continue
                found.append(_space(row, populated=populated))
            return found

        return await self._connection.run(work)

    async def upsert(self, space: str, points: Sequence[Point]) -> None:
        latest = {point.image_id: point for point in points}
        halves = {image_id: unit_half(point.vector) for image_id, point in latest.items()}
        if not latest:
            return
        rows = [row_of(point, halves[image_id], lite=self._lite) for image_id, point in sorted(latest.items())]

        def work(session: Session, known: SpaceRow) -> None:
            for half in halves.values():
                _require_dimension(known, len(half))
            for start in range(0, len(rows), MAX_ROWS):
                session.upsert(known.collection, rows[start : start + MAX_ROWS])

        async with self._turns.of(latest):
            await self._in_space(space, work)

    async def set_payload(self, image_id: UUID, change: PayloadChange) -> None:
        changes = _changes(change)
        if not changes:
            return
        async with self._turns.of([image_id]):
            await self._in_every_space(lambda session, known: session.change(known.collection, str(image_id), changes))

    async def delete(self, image_id: UUID) -> None:
        async with self._turns.of([image_id]):
            await self._in_every_space(lambda session, known: session.delete(known.collection, [str(image_id)]))

    async def remove(self, space: str, image_ids: Sequence[UUID]) -> None:
        keys = [str(image_id) for image_id in image_ids]

        def work(session: Session, known: SpaceRow) -> None:
            if keys:
                session.delete(known.collection, keys)

        async with self._turns.of(image_ids):
            await self._in_space(space, work)

    async def get_vector(self, space: str, image_id: UUID) -> Vector | None:
        def work(session: Session, known: SpaceRow) -> Vector | None:
            row = session.get(known.collection, str(image_id), fields=["vector"])
            return None if row is None else vector_of(row["vector"])

        return await self._in_space(space, work)

    async def points(self, space: str, *, after: UUID | None = None, limit: int) -> list[Point]:
        if not 1 <= limit <= MAX_LIMIT:
            raise ValueError(f"limit is 1 to {MAX_LIMIT}, not {limit}")

        def work(session: Session, known: SpaceRow) -> list[Point]:
            rest = "" if after is None else f"id > {quoted(str(after))}"
            fields = ["id", "owner", "public", "labels", "vector"]
            rows = session.rows(known.collection, rest, fields=fields, limit=limit)
            return sorted(map(point_of, rows), key=lambda point: point.image_id)

        return await self._in_space(space, work)

    async def count(self, space: str, wanted: Filter | None = None) -> int:
        if wanted is not None and wanted.fits_nothing:
            return 0
        condition = "" if wanted is None else expression(wanted)
        return await self._in_space(space, lambda session, known: session.count(known.collection, condition))

    async def query(
        self, space: str, vector: Vector, wanted: Filter, *, limit: int, min_score: float = 0.0, mode: Mode = Mode.AUTO
    ) -> Found:
        if not 1 <= limit <= MAX_LIMIT:
            raise ValueError(f"limit is 1 to {MAX_LIMIT}, not {limit}")
        asked: NDArray[np.float16] = unit_half(vector)
        way = Mode.HNSW if mode in {Mode.AUTO, Mode.HNSW} else Mode.EXACT

        def work(session: Session, known: SpaceRow) -> Found:
            _require_dimension(known, len(asked))
            if wanted.fits_nothing:
                return Found((), Mode.EXACT)
            found, used = search(session, known.collection, asked, expression(wanted), limit=limit, mode=way)
            return Found(tuple(one for one in found if one.score >= min_score), used)

        return await self._in_space(space, work)

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
        return await query_by_vector(self, space, image_id, wanted, limit=limit, min_score=min_score, mode=mode)

    async def build(self, space: str, *, recentre: bool = False) -> bool:
        """Milvus builds by itself, as its segments fill: only what somebody released is loaded again.

        milvus-lite builds in the background when it has written its memory out, which is begun here. `recentre` is
        nothing to a graph.
        """
        del recentre

        def work(session: Session, known: SpaceRow) -> bool:
            if self._lite:
                session.flush(known.collection)
            return session.load(known.collection)

        return await self._in_space(space, work)

    async def _in_space(self, space: str, work: Callable[[Session, SpaceRow], Result]) -> Result:
        def within(session: Session) -> Result:
            try:
                return work(session, registry.get(session, space))
            except Gone:
                raise UnknownSpace(space) from None

        return await self._connection.run(within)

    async def _in_every_space(self, work: Callable[[Session, SpaceRow], None]) -> None:
        """A space that goes meanwhile is fine."""

        def within(session: Session) -> None:
            for known in registry.get_all(session):
                try:
                    work(session, known)
                except Gone:
                    continue

        await self._connection.run(within)


def _require_dimension(space: SpaceRow, given: int) -> None:
    if space.dimension != given:
        raise WrongDimension(space.id, wanted=space.dimension, given=given)


def _changes(change: PayloadChange) -> Row:
    """What changes, by field."""
    changed: Row = {}
    if change.owner_id is not None:
        changed["owner"] = str(change.owner_id)
    if change.public is not None:
        changed["public"] = change.public
    if change.label_ids is not None:
        changed["labels"] = sorted(set(change.label_ids))
    return changed


def _space(row: SpaceRow, *, populated: bool) -> Space:
    """The graph is there as soon as there are points."""
    return Space(
        id=row.id,
        dimension=row.dimension,
        trained=row.trained,
        populated=populated,
        modes=frozenset({Mode.EXACT, Mode.HNSW} if populated else {Mode.EXACT}),
        centred_on=0,
        created_at=row.created_at,
    )
