"""The indexes under test, and what is put into them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from milvus_lite.server_manager import server_manager_instance

from services.kit.postgres.database import Database
from services.kit.settings import PostgresSettings
from services.similarity.index import ExactIndex, Filter, Mode, Point, Vector, VectorIndex
from services.similarity.index.milvus import MilvusIndex, MilvusOptions
from services.similarity.index.milvus.collections import points_collection
from services.similarity.index.pgvector import IndexOptions, PgvectorIndex
from services.similarity.index.pgvector.building import IndexBuilder
from services.similarity.index.pgvector.quick import QuickSearch

SPACE = "net-000000000000"
DIMENSION = 64
CLUSTERS = 50
ADA, BOB, EVE = (UUID(int=number) for number in (0xADA, 0xB0B, 0xEBE))
SMALL = IndexOptions(exact_rows=0, cosine_index=True, candidates=200)
"""Indexes for any number of points, so that small sets are searched as large ones are."""


@dataclass(frozen=True)
class Arrangement:
    """An index and the mode in which it is asked. `build` after filling, as the service does in the background."""

    index: VectorIndex
    mode: Mode

    @property
    def exact(self) -> bool:
        return self.mode is Mode.EXACT

    async def filled(self, points: list[Point], *, space: str = SPACE) -> "Arrangement":
        await self.index.ensure_space(space, dimension=len(points[0].vector), trained=False)
        await self.index.upsert(space, points)
        await self.index.build(space)
        return self

    async def ids(self, vector: Vector, wanted: Filter, *, limit: int = 5, space: str = SPACE) -> list[int]:
        found = await self.index.query(space, vector, wanted, limit=limit, mode=self.mode)
        return [neighbour.image_id.int for neighbour in found.neighbours]


@asynccontextmanager
async def pgvector_index(url: str, options: IndexOptions = SMALL) -> AsyncIterator[PgvectorIndex]:
    database = Database(PostgresSettings(database_url=url, database_pool=8, database_timeout_s=60))
    quick = QuickSearch(url, options, pool=4, timeout_s=60)
    try:
        yield PgvectorIndex(database.engine, IndexBuilder(url, options), options, quick)
    finally:
        await quick.close()
        await database.close()


class BuiltMilvusIndex(MilvusIndex):
    """milvus-lite builds its graphs in the background, and does not say when it is done: its engine knows."""

    async def build(self, space: str, *, recentre: bool = False) -> bool:
        built = await super().build(space, recentre=recentre)
        _server, engine, _port = server_manager_instance._servers[self.path]
        await asyncio.to_thread(engine.get_collection(points_collection(space))._wait_for_bg)
        return built

    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(MilvusOptions(uri=path, timeout_s=60, **options))
        self.path = path


@asynccontextmanager
async def milvus_index(folder: Path, **options: Any) -> AsyncIterator[MilvusIndex]:
    """milvus-lite, with its data in `folder`; another of the same folder shares it."""
    index = BuiltMilvusIndex(str(folder / "milvus.db"), **options)
    try:
        await index.ping()  # of two that open the file at the same instant it refuses one
        yield index
    finally:
        await index.close()


def reference() -> ExactIndex:
    return ExactIndex()


def vectors(count: int, *, seed: int = 0, dimension: int = DIMENSION) -> np.ndarray:
    """Like pooled features: never negative, a few components large, in clusters, which are the same for every seed."""
    centres = np.random.default_rng(CLUSTERS).normal(size=(CLUSTERS, dimension))
    random = np.random.default_rng(seed)
    drawn = centres[random.integers(0, CLUSTERS, count)] + 0.7 * random.normal(size=(count, dimension))
    return np.log1p(np.exp(drawn)).astype(np.float32)


def a_point(
    number: int, vector: Vector, *, owner: UUID = ADA, public: bool = True, labels: tuple[str, ...] = ()
) -> Point:
    return Point(UUID(int=number), vector, owner, public, labels)


def points_of(drawn: np.ndarray) -> list[Point]:
    """Number them from 1; every second is Bob's, every third private, labels by tens, hundreds and one alone."""
    return [
        a_point(
            number,
            vector,
            owner=BOB if number % 2 else ADA,
            public=number % 3 != 0,
            labels=(f"ten{number % 10}", f"hundred{number % 100}", *(("alone",) if number == 17 else ())),
        )
        for number, vector in enumerate(drawn, start=1)
    ]
