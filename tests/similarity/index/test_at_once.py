"""Twice, halfway, at once: several processes on one index, here as several pools."""

import asyncio
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.kit.postgres.database import Database
from services.kit.settings import PostgresSettings
from services.similarity.index import Filter, IndexTimeout, IndexUnavailable, Mode, PayloadChange, WrongDimension
from services.similarity.index.pgvector import IndexOptions, PgvectorIndex
from services.similarity.index.pgvector.building import IndexBuilder
from tests.congruence.index.indexes import ADA, BOB, SPACE, a_point, pgvector_index, vectors
from tests.similarity.index.watching import execute

ANY = Filter(viewer=ADA)


async def test_a_space_is_made_once(url: str) -> None:
    async with pgvector_index(url) as one, pgvector_index(url) as other:
        await asyncio.gather(*(index.ensure_space(SPACE, dimension=4, trained=True) for index in (one, other) * 8))
        assert [(space.id, space.dimension, space.trained) for space in await one.spaces()] == [(SPACE, 4, True)]
        assert await execute(url, "SELECT relname FROM pg_class WHERE relname ~ '^points_[0-9]+$'") == [("points_1",)]


async def test_of_two_dimensions_at_once_one_wins(url: str) -> None:
    async with pgvector_index(url) as one, pgvector_index(url) as other:
        calls = [(one, 4), (other, 5)] * 4
        results = await asyncio.gather(
            *(index.ensure_space(SPACE, dimension=dimension) for index, dimension in calls), return_exceptions=True
        )
        assert {type(result) for result in results} == {type(None), WrongDimension}
        [space] = await one.spaces()
        refused = {dimension for (_, dimension), result in zip(calls, results, strict=True) if result is not None}
        assert refused == {4, 5} - {space.dimension}


async def test_points_written_at_once_are_all_there_once(url: str) -> None:
    """Overlapping batches in opposite orders, which would deadlock if they were written as they come."""
    drawn = vectors(60)
    points = [a_point(number, vector) for number, vector in enumerate(drawn)]
    async with pgvector_index(url) as one, pgvector_index(url) as other:
        await one.ensure_space(SPACE, dimension=drawn.shape[1])
        batches = [(one, points[:40]), (other, points[:19:-1]), (one, points[::2]), (other, points[::-1])]
        await asyncio.gather(*(index.upsert(SPACE, batch) for index, batch in batches * 3))
        assert await one.count(SPACE) == 60


async def test_the_last_of_several_writers_of_one_image_counts_whole(url: str) -> None:
    async with pgvector_index(url) as index:
        await index.ensure_space(SPACE, dimension=4)
        versions = [
            a_point(1, np.eye(4, dtype=np.float32)[turn % 4], owner=(ADA, BOB)[turn % 2], labels=(f"turn{turn % 4}",))
            for turn in range(16)
        ]
        await asyncio.gather(*(index.upsert(SPACE, [version]) for version in versions))
        stored = await index.get_vector(SPACE, UUID(int=1))
        assert stored is not None
        turn = int(np.argmax(stored))
        whole = Filter(viewer=ADA, owner=(ADA, BOB)[turn % 2], label_groups=(frozenset({f"turn{turn}"}),))
        assert await index.count(SPACE, whole) == 1


async def test_reading_and_writing_go_on_while_indexes_change(url: str) -> None:
    """Every search during three builds, with the removal of what was, gives all it should."""
    drawn = vectors(400)
    async with pgvector_index(url) as index, pgvector_index(url) as builder:
        await index.ensure_space(SPACE, dimension=drawn.shape[1])
        await index.upsert(SPACE, [a_point(number, vector) for number, vector in enumerate(drawn[:300])])
        building = asyncio.create_task(rebuilt(builder))
        searches = 0
        while not building.done():
            number = 300 + searches % 100
            await index.upsert(SPACE, [a_point(number, drawn[number])])
            found = await index.query(
                SPACE, drawn[number], ANY, limit=10, mode=(Mode.TWO_STAGE, Mode.HNSW)[searches % 2]
            )
            assert found.neighbours[0].image_id.int == number
            assert len(found.neighbours) == 10
            searches += 1
        await building
        assert searches > 10


async def rebuilt(index: PgvectorIndex) -> None:
    for _ in range(3):
        assert await index.build(SPACE, recentre=True)
        await index.build(SPACE)


async def test_a_space_may_go_while_others_write(url: str) -> None:
    async with pgvector_index(url) as index:
        for turn in range(5):
            await index.ensure_space(SPACE, dimension=4)
            await index.upsert(SPACE, [a_point(1, np.ones(4, np.float32))])
            await asyncio.gather(
                index.drop_space(SPACE),
                index.set_payload(UUID(int=1), PayloadChange(public=bool(turn % 2))),
                index.delete(UUID(int=1)),
                index.spaces(),
            )
        assert await index.spaces() == []


async def test_a_store_that_is_away_is_said_so() -> None:
    nowhere = "postgresql+asyncpg://nobody@127.0.0.1:9/nothing"
    async with pgvector_index(nowhere) as index:
        with pytest.raises(IndexUnavailable):
            await index.query(SPACE, np.ones(4, np.float32), ANY, limit=1)
        with pytest.raises(IndexUnavailable):
            await index.build(SPACE)


async def test_a_store_that_hangs_is_given_up(url: str) -> None:
    options = IndexOptions()
    database = Database(PostgresSettings(database_url=url, database_timeout_s=0.4))
    index = PgvectorIndex(database.engine, IndexBuilder(url, options), options)
    await index.ensure_space(SPACE, dimension=4)
    locker = create_async_engine(url, poolclass=NullPool)
    async with locker.begin() as connection:
        await connection.execute(text("LOCK TABLE points_1"))
        with pytest.raises(IndexTimeout):
            await index.query(SPACE, np.ones(4, np.float32), ANY, limit=1)
        with pytest.raises(IndexTimeout):
            await index.upsert(SPACE, [a_point(1, np.ones(4, np.float32))])
    assert await index.count(SPACE) == 0
    await database.close()
