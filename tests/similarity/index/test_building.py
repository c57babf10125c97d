"""When indexes are built, and what is left when a build ends badly."""

import asyncio

import numpy as np
import pytest
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from services.kit.postgres.locks import try_lock_session
from services.similarity.index import Filter, Mode, SpaceBusy, UnknownSpace
from services.similarity.index.pgvector import IndexOptions, PgvectorIndex, searching
from services.similarity.storage.advisory_locks import SimilarityLock
from tests.congruence.index.indexes import ADA, SMALL, SPACE, a_point, pgvector_index, points_of, vectors
from tests.similarity.index.watching import execute, made_by_builds, sign_bits

ANY = Filter(viewer=ADA)
FEW = IndexOptions(exact_rows=100)


async def a_space_of(index: PgvectorIndex, count: int) -> np.ndarray:
    drawn = vectors(count)
    await index.ensure_space(SPACE, dimension=drawn.shape[1])
    await index.upsert(SPACE, [a_point(number, vector) for number, vector in enumerate(drawn, start=1)])
    return drawn


async def modes_of(index: PgvectorIndex) -> tuple[set[Mode], int]:
    [space] = await index.spaces()
    return set(space.modes), space.centred_on


async def used_mode(index: PgvectorIndex, asked: Mode) -> Mode:
    return (await index.query(SPACE, vectors(1)[0], ANY, limit=3, mode=asked)).mode


async def test_a_small_space_has_no_index_and_is_compared_whole(url: str) -> None:
    async with pgvector_index(url, FEW) as index:
        await a_space_of(index, 99)
        assert await index.build(SPACE) is False
        assert await modes_of(index) == ({Mode.EXACT}, 0)
        for asked in Mode:
            assert await used_mode(index, asked) is Mode.EXACT


async def test_a_space_gets_its_index_when_it_has_grown(url: str) -> None:
    async with pgvector_index(url, FEW) as index:
        await a_space_of(index, 250)
        assert await index.build(SPACE) is True
        assert await modes_of(index) == ({Mode.EXACT, Mode.TWO_STAGE}, 250)
        assert await used_mode(index, Mode.AUTO) is Mode.TWO_STAGE
        assert await used_mode(index, Mode.EXACT) is Mode.EXACT
        assert await used_mode(index, Mode.HNSW) is Mode.EXACT
        assert await index.build(SPACE) is False


async def test_the_cosine_index_is_built_where_it_is_wanted(url: str) -> None:
    async with pgvector_index(url, IndexOptions(exact_rows=100, cosine_index=True)) as index:
        await a_space_of(index, 150)
        assert await index.build(SPACE) is True
        assert await modes_of(index) == (set(Mode) - {Mode.AUTO}, 150)
        for asked, used in ((Mode.HNSW, Mode.HNSW), (Mode.AUTO, Mode.HNSW), (Mode.TWO_STAGE, Mode.TWO_STAGE)):
            assert await used_mode(index, asked) is used


async def test_a_filter_that_few_fit_is_compared_one_by_one(url: str) -> None:
    async with pgvector_index(url, FEW) as index:
        drawn = vectors(1000)
        await index.ensure_space(SPACE, dimension=drawn.shape[1])
        await index.upsert(SPACE, points_of(drawn))
        await index.build(SPACE)
        rare = Filter(viewer=ADA, label_groups=(frozenset({"hundred44"}),))
        assert (await index.query(SPACE, drawn[0], rare, limit=5)).mode is Mode.EXACT
        assert (await index.query(SPACE, drawn[0], ANY, limit=5)).mode is Mode.TWO_STAGE


@pytest.mark.parametrize("mode", [Mode.HNSW, Mode.TWO_STAGE])
async def test_a_scan_that_gives_up_is_completed(url: str, mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scan stops after a small batch, as it would after 40,000 of a large space: the exact pass finds the rest."""
    monkeypatch.setattr(searching, "MAX_BREADTH", 40)
    async with pgvector_index(url, IndexOptions(exact_rows=0, cosine_index=True, max_scan_tuples=1)) as index:
        drawn = vectors(1000)
        await index.ensure_space(SPACE, dimension=drawn.shape[1])
        await index.upsert(SPACE, points_of(drawn))
        await index.build(SPACE)
        found = await index.query(
            SPACE, drawn[0], Filter(viewer=ADA, label_groups=(frozenset({"hundred44"}),)), limit=10, mode=mode
        )
        assert len(found.neighbours) == 10
        assert {neighbour.image_id.int % 100 for neighbour in found.neighbours} == {44}
        assert found.mode is Mode.EXACT


async def test_the_mean_is_taken_anew_after_tenfold_growth(url: str) -> None:
    async with pgvector_index(url, IndexOptions(exact_rows=20)) as index:
        await a_space_of(index, 30)
        assert await index.build(SPACE)
        await a_space_of(index, 299)
        assert not await index.build(SPACE)
        await a_space_of(index, 300)
        assert await index.build(SPACE)
        assert await modes_of(index) == ({Mode.EXACT, Mode.TWO_STAGE}, 300)


async def test_what_a_switch_leaves_goes_with_the_next_build(url: str) -> None:
    async with pgvector_index(url) as index:
        drawn = await a_space_of(index, 60)
        assert await index.build(SPACE)
        assert await index.build(SPACE, recentre=True)
        assert sign_bits(1, 1) | sign_bits(1, 2) <= await made_by_builds(url)
        assert not await index.build(SPACE)
        assert await made_by_builds(url) == {"points_1_cosine"} | sign_bits(1, 2)
        found = await index.query(SPACE, drawn[4], ANY, limit=1, mode=Mode.TWO_STAGE)
        assert [one.image_id.int for one in found.neighbours] == [5]


async def test_leftovers_of_a_killed_build_are_removed(url: str) -> None:
    async with pgvector_index(url, FEW) as index:
        await a_space_of(index, 150)
        await execute(
            url,
            "CREATE FUNCTION sign_bits_1_1(halfvec) RETURNS bit IMMUTABLE RETURN binary_quantize($1)::bit(64)",
            "CREATE FUNCTION keep_signs_1_1() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "CREATE TRIGGER keep_signs_1_1 AFTER INSERT ON points_1 FOR EACH ROW EXECUTE FUNCTION keep_signs_1_1()",
            "CREATE TABLE signs_1_1 AS SELECT image_id, sign_bits_1_1(vector)::bit(64) AS signs FROM points_1 LIMIT 70",
            "CREATE INDEX signs_1_1_hnsw ON signs_1_1 USING hnsw (signs bit_hamming_ops)",
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = CAST('signs_1_1_hnsw' AS regclass)",
        )
        assert await index.build(SPACE)
        assert await made_by_builds(url) == sign_bits(1, 1)
        [(valid,)] = await execute(
            url, "SELECT indisvalid FROM pg_index WHERE indexrelid = CAST('signs_1_1_hnsw' AS regclass)"
        )
        assert valid
        assert await execute(url, "SELECT count(*) FROM signs_1_1") == [(150,)]
        assert await used_mode(index, Mode.TWO_STAGE) is Mode.TWO_STAGE


async def test_an_index_that_somebody_dropped_is_built_again(url: str) -> None:
    async with pgvector_index(url) as index:
        await a_space_of(index, 60)
        await index.build(SPACE)
        await execute(url, "DROP INDEX signs_1_1_hnsw, points_1_cosine")
        assert (await index.query(SPACE, vectors(1)[0], ANY, limit=3, mode=Mode.HNSW)).neighbours
        assert await index.build(SPACE) is True
        assert await used_mode(index, Mode.TWO_STAGE) is Mode.TWO_STAGE


async def test_an_empty_space_has_nothing_to_build(url: str) -> None:
    async with pgvector_index(url) as index:
        await index.ensure_space(SPACE, dimension=4)
        assert await index.build(SPACE) is False
        assert await index.build(SPACE, recentre=True) is False
        found = await index.query(SPACE, np.ones(4, np.float32), ANY, limit=3)
        assert (found.neighbours, found.mode) == ((), Mode.EXACT)


async def test_one_builds_at_a_time(url: str) -> None:
    async with pgvector_index(url) as one, pgvector_index(url) as other:
        await a_space_of(one, 200)
        assert sorted(await asyncio.gather(*(index.build(SPACE) for index in (one, other) * 3))).count(True) == 1
        assert await made_by_builds(url) == {"points_1_cosine"} | sign_bits(1, 1)


async def test_a_space_under_build_is_not_dropped(url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with pgvector_index(url) as index, engine.connect() as builder:
        await a_space_of(index, 10)
        await builder.execute(try_lock_session(SimilarityLock.BUILDING, 1))
        with pytest.raises(SpaceBusy):
            await index.drop_space(SPACE)
        assert await index.build(SPACE) is False
        assert await index.count(SPACE) == 10


async def test_a_dropped_space_leaves_nothing(url: str) -> None:
    async with pgvector_index(url) as index:
        await a_space_of(index, 10)
        await index.build(SPACE)
        await index.drop_space(SPACE)
        assert await made_by_builds(url) == set()
        assert await execute(url, "SELECT relname FROM pg_class WHERE relname ~ '^(points|signs)'") == []
        with pytest.raises(UnknownSpace):
            await index.build(SPACE)


@pytest.mark.parametrize("mode", [Mode.HNSW, Mode.TWO_STAGE])
async def test_a_search_uses_its_index(url: str, mode: Mode) -> None:
    """Of a space far larger than what is asked for: the indexes' own counters tell."""
    name = {Mode.HNSW: "points_1_cosine", Mode.TWO_STAGE: "signs_1_1_hnsw"}[mode]
    async with pgvector_index(url, SMALL) as index:
        drawn = await a_space_of(index, 1500)
        await index.build(SPACE)
        for vector in drawn[:5]:
            await index.query(SPACE, vector, ANY, limit=3, mode=mode)
    for _ in range(50):
        rows = await execute(url, "SELECT indexrelname, idx_scan FROM pg_stat_user_indexes")
        if (name, 5) in rows:
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"{name} was not scanned 5 times: {rows}")
