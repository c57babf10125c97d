"""The narrow table beside the points: whatever is done to those, and whenever, it says the same."""

import asyncio
from importlib import import_module
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.similarity.index import Filter, IndexTimeout, Mode, PayloadChange, Vector
from services.similarity.index.pgvector import IndexOptions, PgvectorIndex, building, signs
from tests.congruence.index.indexes import (
    ADA,
    BOB,
    SMALL,
    SPACE,
    Arrangement,
    a_point,
    pgvector_index,
    points_of,
    reference,
    vectors,
)
from tests.similarity.index.watching import execute, made_by_builds, sign_bits


async def built(index: PgvectorIndex, count: int = 60) -> np.ndarray:
    drawn = vectors(count)
    await index.ensure_space(SPACE, dimension=drawn.shape[1])
    await index.upsert(SPACE, points_of(drawn))
    assert await index.build(SPACE)
    return drawn


async def apart(url: str, centring: int = 1) -> list[int]:
    """The numbers of images of which points and sign bits say different things."""
    statement = """
        SELECT image_id FROM points_1 AS point FULL JOIN signs_1_N AS kept USING (image_id)
        WHERE (point.owner_id, point.public, point.label_ids, sign_bits_1_N(point.vector)::bit(64))
            IS DISTINCT FROM (kept.owner_id, kept.public, kept.label_ids, kept.signs)
    """
    rows = await execute(url, statement.replace("1_N", f"1_{centring}"))
    return [row[0].int for row in rows]


async def changed_in_every_way(index: PgvectorIndex, new: Vector) -> None:
    await index.upsert(SPACE, [a_point(5, new), a_point(900, new, labels=("fresh",))])
    await index.set_payload(UUID(int=6), PayloadChange(public=False, owner_id=BOB, label_ids=("other",)))
    await index.delete(UUID(int=7))
    await index.remove(SPACE, [UUID(int=8), UUID(int=9)])


async def test_the_table_follows_every_change(url: str) -> None:
    async with pgvector_index(url) as index:
        drawn = await built(index)
        assert await apart(url) == []
        await changed_in_every_way(index, drawn[30])
        assert await apart(url) == []
        assert await execute(url, "SELECT count(*) FROM signs_1_1") == [(58,)]


async def test_what_changes_nothing_writes_nothing(url: str) -> None:
    where = "SELECT ctid, xmin FROM signs_1_1 WHERE image_id = CAST('00000000-0000-0000-0000-000000000005' AS uuid)"
    async with pgvector_index(url) as index:
        points = points_of(await built(index))
        before = await execute(url, where)
        await index.upsert(SPACE, [points[4]])
        await index.set_payload(UUID(int=5), PayloadChange(label_ids=points[4].label_ids))
        longer = a_point(5, points[4].vector * 1.001, owner=BOB, public=True, labels=points[4].label_ids)
        await index.upsert(SPACE, [longer])
        assert await execute(url, where) == before
        await index.set_payload(UUID(int=5), PayloadChange(public=False))
        assert await execute(url, where) != before


async def test_all_that_happens_while_it_is_filled_is_in_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "BATCH", 7)
    async with pgvector_index(url) as index, pgvector_index(url) as builder:
        drawn = await built(index, 200)
        task = asyncio.create_task(builder.build(SPACE, recentre=True))
        turn = 0
        while not task.done():
            turn += 1
            number = 1 + turn * 37 % 200
            await index.delete(UUID(int=number))
            await index.upsert(SPACE, [a_point(1 + turn * 53 % 200, drawn[turn % 200], labels=(f"turn{turn}",))])
            await index.set_payload(UUID(int=1 + turn * 71 % 200), PayloadChange(public=bool(turn % 2)))
        assert await task
        assert turn > 5
        assert await apart(url, 1) == await apart(url, 2) == []


async def filled_beside(
    engine: AsyncEngine, index: PgvectorIndex, monkeypatch: pytest.MonkeyPatch, *writes: str
) -> None:
    """Build anew, while another has written and not yet committed: it began after the trigger, before the filling."""
    original, held = building._fill, asyncio.Event()

    async def after_the_writes(*given: object) -> None:
        async with engine.connect() as writer:
            for write in writes:
                await writer.execute(text(write))
            held.set()
            filling = asyncio.create_task(original(*given))  # type: ignore[arg-type]
            await asyncio.sleep(0.3)
            assert not filling.done()
            await writer.commit()
            await filling

    monkeypatch.setattr(building, "_fill", after_the_writes)
    assert await index.build(SPACE, recentre=True)
    assert held.is_set()


async def test_a_point_that_is_deleted_while_it_is_filled_in_leaves_no_row(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with pgvector_index(url) as index:
        await built(index)
        gone = "DELETE FROM points_1 WHERE image_id = CAST('00000000-0000-0000-0000-000000000005' AS uuid)"
        await filled_beside(engine, index, monkeypatch, gone)
        assert await apart(url, 2) == []
        assert await execute(url, "SELECT count(*) FROM signs_1_2") == [(59,)]


async def test_a_point_that_is_changed_while_it_is_filled_in_has_its_new_row(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with pgvector_index(url) as index:
        await built(index)
        change = "UPDATE points_1 SET label_ids = '{new}', vector = (SELECT vector FROM points_1 LIMIT 1)"
        await filled_beside(engine, index, monkeypatch, change)
        assert await apart(url, 2) == []
        assert await execute(url, "SELECT DISTINCT label_ids FROM signs_1_2") == [(["new"],)]


async def test_a_row_without_its_point_goes_and_one_that_came_back_stays(url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with pgvector_index(url) as index, engine.connect() as connection:
        drawn = await built(index)
        [space] = await building.spaces.get_all(connection)
        await execute(url, "ALTER TABLE points_1 DISABLE TRIGGER ALL")
        await index.remove(SPACE, [UUID(int=5), UUID(int=6)])
        await execute(url, "ALTER TABLE points_1 ENABLE TRIGGER ALL")
        found = (await connection.scalars(text(signs.orphans(space, 1, 10)))).all()
        assert {one.int for one in found} == {5, 6}
        await index.upsert(SPACE, [a_point(6, drawn[9])])
        await connection.exec_driver_sql(signs.remove_orphans(space, 1, found))
        assert await apart(url) == []
        assert await execute(url, "SELECT count(*) FROM signs_1_1") == [(59,)]


async def test_a_build_that_is_killed_costs_no_write_and_the_next_one_clears_up(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    async with pgvector_index(url) as index:
        drawn = vectors(60)
        await index.ensure_space(SPACE, dimension=drawn.shape[1])
        await index.upsert(SPACE, points_of(drawn))
        with monkeypatch.context() as patched:
            patched.setattr(building, "_fill", killed)
            with pytest.raises(asyncio.CancelledError):
                await index.build(SPACE)
        assert {"signs_1_1", "keep_signs_1_1"} <= await made_by_builds(url)
        await changed_in_every_way(index, drawn[30])
        assert (await index.query(SPACE, drawn[0], Filter(viewer=ADA), limit=3)).mode is Mode.EXACT
        assert await index.build(SPACE)
        assert await made_by_builds(url) == sign_bits(1, 1) | {"points_1_cosine"}
        assert await apart(url) == []


async def test_a_build_gives_up_where_a_writer_does_not_end(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others would wait behind it; the next one builds."""
    monkeypatch.setattr(building, "LOCK_WAIT", "100ms")
    engine = create_async_engine(url, poolclass=NullPool)
    async with pgvector_index(url) as index, engine.connect() as writer:
        drawn = await built(index)
        await writer.execute(text("UPDATE points_1 SET public = NOT public"))
        with pytest.raises(IndexTimeout):
            await index.build(SPACE, recentre=True)
        await writer.rollback()
        assert (await index.query(SPACE, drawn[0], Filter(viewer=ADA), limit=3)).mode is not Mode.EXACT
        assert await index.build(SPACE, recentre=True)
        assert await apart(url, 2) == []


SHARES = [frozenset({"ten4"}), frozenset({"ten4", "ten6"}), frozenset({"hundred44"})]


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.TWO_STAGE])
async def test_a_filter_that_a_part_fits_is_searched_by_the_bits_of_that_part(url: str, mode: Mode) -> None:
    """Of 3,000 points 300 or 600 fit: too many to compare them all here, and no graph is asked. 30 are compared."""
    options = IndexOptions(exact_rows=100, candidates=50)
    points = points_of(vectors(3000))
    oracle = await Arrangement(reference(), Mode.EXACT).filled(points)
    async with pgvector_index(url, options) as index:
        await index.ensure_space(SPACE, dimension=64)
        await index.upsert(SPACE, points)
        await execute(url, "ANALYZE points_1")
        await index.build(SPACE)
        modes = []
        for labels in SHARES:
            wanted, right = Filter(viewer=ADA, label_groups=(labels,)), 0
            for query in vectors(10, seed=6):
                found = await index.query(SPACE, query, wanted, limit=12, mode=mode)
                assert len(found.neighbours) == 12
                right += len(
                    {one.image_id.int for one in found.neighbours} & set(await oracle.ids(query, wanted, limit=12))
                )
            assert right >= 0.95 * 120
            modes.append(found.mode)
        assert modes == [Mode.TWO_STAGE, Mode.TWO_STAGE, Mode.EXACT]
    assert (0,) in await execute(url, "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'signs_1_1_hnsw'")


async def test_a_library_of_an_earlier_version_is_built_anew(url: str) -> None:
    """It had the bits in an index over an expression of the points."""
    migration = import_module("services.similarity.migrations.versions.0003_sign_tables")
    async with pgvector_index(url, SMALL) as index:
        drawn = await built(index)
        await execute(
            url,
            "CREATE FUNCTION signs_1_3(halfvec) RETURNS bit IMMUTABLE RETURN binary_quantize($1)::bit(64)",
            "CREATE INDEX points_1_signs_3 ON points_1 USING hnsw ((signs_1_3(vector)::bit(64)) bit_hamming_ops)",
            "UPDATE spaces SET centring = 3, centred_on = 60",
            migration.REMOVE,
        )
        assert await made_by_builds(url) == {"points_1_cosine"}
        found = await index.query(SPACE, drawn[0], Filter(viewer=BOB), limit=3, mode=Mode.TWO_STAGE)
        assert (len(found.neighbours), found.mode) == (3, Mode.EXACT)
        await changed_in_every_way(index, drawn[30])
        assert await index.build(SPACE)
        assert await apart(url) == []
        found = await index.query(SPACE, drawn[0], Filter(viewer=BOB), limit=3, mode=Mode.TWO_STAGE)
        assert found.mode is Mode.TWO_STAGE
