"""The search of one round trip: it answers what the long way does, whatever has changed since it last looked."""

import asyncio

import numpy as np
import pytest
from sqlalchemy import text

from services.kit.postgres.database import Database
from services.kit.settings import PostgresSettings
from services.similarity.index import Filter, Found, Mode
from services.similarity.index.errors import IndexTimeout
from services.similarity.index.pgvector import PgvectorIndex
from services.similarity.index.pgvector.building import IndexBuilder
from services.similarity.index.pgvector.queries import two_stage
from services.similarity.index.pgvector.quick import QuickSearch
from services.similarity.index.pgvector.searching import Answered, Asked
from services.similarity.index.pgvector.tables import points_table
from services.similarity.storage import spaces
from tests.congruence.index.indexes import ADA, EVE, SMALL, SPACE, a_point, pgvector_index, points_of, vectors
from tests.similarity.index.watching import execute

ANY = Filter(viewer=ADA)


class Watched(QuickSearch):
    """Counts how often it gave the answer."""

    answers = 0

    async def search(self, name: str, asked: Asked) -> Answered | None:
        found = await super().search(name, asked)
        self.answers += found is not None
        return found


class Arranged:
    """An index with a watched quick way, and another that always goes the long one."""

    def __init__(self, url: str, *, quick_s: float) -> None:
        self.database = Database(PostgresSettings(database_url=url, database_pool=4, database_timeout_s=60))
        self.quick = Watched(url, SMALL, pool=2, timeout_s=quick_s)
        builder = IndexBuilder(url, SMALL)
        self.index = PgvectorIndex(self.database.engine, builder, SMALL, self.quick)
        self.long = PgvectorIndex(self.database.engine, builder, SMALL)

    async def close(self) -> None:
        await self.quick.close()
        await self.database.close()

    async def same(self, wanted: Filter = ANY, *, mode: Mode = Mode.TWO_STAGE) -> Found:
        """Ask by vector and by id, both ways; give what the quick one found by vector."""
        query = vectors(1, seed=8)[0]
        found = await self.index.query(SPACE, query, wanted, limit=10, mode=mode)
        assert found == await self.long.query(SPACE, query, wanted, limit=10, mode=mode)
        stored = points_of(vectors(8))[7].image_id
        by_id = await self.index.query_stored(SPACE, stored, wanted, limit=10, mode=mode)
        assert by_id == await self.long.query_stored(SPACE, stored, wanted, limit=10, mode=mode)
        return found


async def arranged(url: str, *, quick_s: float = 60) -> Arranged:
    made = Arranged(url, quick_s=quick_s)
    await made.index.ensure_space(SPACE, dimension=64)
    await made.index.upsert(SPACE, points_of(vectors(300)))
    await made.index.build(SPACE)
    return made


async def test_after_the_first_search_of_a_viewer_all_are_quick(url: str) -> None:
    made = await arranged(url)
    for mode in (Mode.TWO_STAGE, Mode.HNSW, Mode.AUTO):
        await made.same(mode=mode)
    assert made.quick.answers == 5
    await made.same(Filter(viewer=EVE))
    assert made.quick.answers == 6
    for _ in range(2):
        await made.same(Filter(viewer=ADA, label_groups=(frozenset({"ten4"}),)))
        await made.same(mode=Mode.EXACT)
    assert made.quick.answers == 6
    await made.close()


async def test_changes_of_the_space_count_at_once(url: str) -> None:
    made = await arranged(url)
    await made.same()
    new = vectors(1, seed=8)[0]
    await made.index.upsert(SPACE, [a_point(1000, new)])
    assert (await made.same()).neighbours[0].image_id.int == 1000
    async with pgvector_index(url, SMALL) as other:
        assert await other.build(SPACE, recentre=True)
        await made.same()
        await other.build(SPACE)  # what was is gone
        assert (await made.same()).neighbours[0].image_id.int == 1000
        await other.drop_space(SPACE)
        await other.ensure_space(SPACE, dimension=64)
        await other.upsert(SPACE, [a_point(7, new), a_point(8, np.ones(64, np.float32))])
    assert [one.image_id.int for one in (await made.same()).neighbours] == [7, 8]
    await made.close()


async def test_a_connection_that_broke_costs_no_answer(url: str) -> None:
    made = await arranged(url)
    await made.same()
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    assert await execute(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608
    assert len((await made.same()).neighbours) == 10
    await made.close()


async def test_a_search_that_takes_too_long_is_told_so_and_not_tried_again(url: str) -> None:
    made = await arranged(url, quick_s=1)
    await made.same()
    async with made.database.engine.begin() as connection:
        space = await spaces.get(connection, SPACE)
        assert space is not None
        await connection.execute(text(f"LOCK TABLE {points_table(space)}"))
        with pytest.raises(IndexTimeout):
            await asyncio.wait_for(made.index.query(SPACE, vectors(1, seed=8)[0], ANY, limit=10), 20)
    await made.same()
    await made.close()


async def test_the_breadth_of_a_statement_counts_for_its_own_scan_alone(url: str) -> None:
    made = await arranged(url)
    asked = f"'{points_of(vectors(8))[7].image_id}'"
    narrow = ("hnsw.iterative_scan = off", "hnsw.ef_search = 5", "enable_sort = off", "enable_seqscan = off")
    async with made.database.engine.begin() as connection:
        space = await spaces.get(connection, SPACE)
        assert space is not None
        for setting in narrow:
            await connection.execute(text(f"SET LOCAL {setting}"))
        found = {}
        for breadth in (None, 70):
            statement = two_stage(
                space, "true", stored=True, limit=5, tiers=(60,), enough=1, graph=True, breadth=breadth
            ).replace(":like", asked)
            row = (await connection.execute(text(statement), {"viewer": ADA})).first()
            found[breadth] = row.compared if row else 0
    assert found == {None: 5, 70: 60}
    async with made.database.engine.begin() as connection:
        assert await connection.scalar(text("SHOW hnsw.ef_search")) == "40"
    await made.close()
