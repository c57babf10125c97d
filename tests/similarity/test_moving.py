"""A space goes from one index to the next, and answers the same."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from milvus_lite.server_manager import server_manager_instance

from services.similarity import move as command
from services.similarity.index import ExactIndex, Filter, Found, IndexUnavailable, Mode, Point, VectorIndex
from services.similarity.services.spaces.moving import Moved, Progress, SpaceMover, TooMuchToRemove
from tests.congruence.index.indexes import ADA, BOB, SPACE, a_point, milvus_index, pgvector_index, points_of, vectors

OTHER = "other-000000000000"
QUESTIONS = [
    Filter(viewer=ADA),
    Filter(viewer=BOB, label_groups=(frozenset({"ten4", "ten7"}),)),
    Filter(viewer=ADA, owner=ADA, exclude=frozenset({UUID(int=8)})),
]


@dataclass
class Places:
    """The three indexes, and how the command finds two of them."""

    reference: ExactIndex
    pgvector: VectorIndex
    milvus: VectorIndex
    environment: dict[str, str]


@pytest.fixture
async def places(url: str, tmp_path: Path) -> AsyncIterator[Places]:
    path = str(tmp_path / "milvus.db")
    async with AsyncExitStack() as stack:
        stack.callback(server_manager_instance.release_server, path)
        pgvector = await stack.enter_async_context(pgvector_index(url))
        milvus = await stack.enter_async_context(milvus_index(tmp_path))
        yield Places(ExactIndex(), pgvector, milvus, {"PICTOR_DATABASE_URL": url, "PICTOR_MILVUS_URI": path})


async def filled(index: VectorIndex, count: int = 120, *, space: str = SPACE) -> VectorIndex:
    drawn = vectors(count)
    await index.ensure_space(space, dimension=drawn.shape[1], trained=True)
    await index.upsert(space, points_of(drawn))
    return index


async def answers(index: VectorIndex, space: str = SPACE) -> list[Found]:
    queries = vectors(3, seed=5)
    return [
        await index.query(space, query, wanted, limit=10, mode=Mode.EXACT)
        for query, wanted in zip(queries, QUESTIONS, strict=True)
    ]


def alike(found: list[Found], others: list[Found]) -> bool:
    return all(
        [one.image_id for one in this.neighbours] == [one.image_id for one in that.neighbours]
        and np.allclose([one.score for one in this.neighbours], [one.score for one in that.neighbours], atol=5e-5)
        for this, that in zip(found, others, strict=True)
    )


async def move(source: VectorIndex, target: VectorIndex, *, page: int = 50, force: bool = False) -> Moved:
    [space] = [space for space in await source.spaces() if space.id == SPACE]
    return await SpaceMover(source, target, page=page).move(space, lambda _progress: None, force=force)


async def test_a_space_goes_round_and_answers_the_same_everywhere(places: Places) -> None:
    wanted = await answers(await filled(places.reference))
    back = ExactIndex()
    way = [places.reference, places.pgvector, places.milvus, back]
    for source, target in pairwise(way):
        moved = await move(source, target)
        assert moved == Moved(SPACE, copied=120, unchanged=0, removed=0, source=120, target=120)
        assert alike(await answers(target), wanted)
        [space] = await target.spaces()
        assert (space.id, space.dimension, space.trained) == (SPACE, 64, True)
    for first, last in zip(
        await places.reference.points(SPACE, limit=500), await back.points(SPACE, limit=500), strict=True
    ):
        assert replace(first, vector=last.vector) == last
        assert np.allclose(first.vector, last.vector, rtol=2**-10)


@dataclass
class Failing:
    """FAKE: a target whose store goes away after so many writings."""

    index: VectorIndex
    writings: int

    async def upsert(self, space: str, points: Sequence[Point]) -> None:
        if self.writings == 0:
            raise IndexUnavailable("away")
        self.writings -= 1
        await self.index.upsert(space, points)

    def __getattr__(self, name: str):
        return getattr(self.index, name)


@pytest.mark.parametrize("names", [("pgvector", "milvus"), ("milvus", "pgvector")])
async def test_what_was_cut_off_goes_on_where_it_was(places: Places, names: tuple[str, str]) -> None:
    source, target = (getattr(places, name) for name in names)
    await filled(source)
    with pytest.raises(IndexUnavailable):
        await move(source, Failing(target, writings=1))
    assert await target.count(SPACE) == 50
    assert await move(source, target) == Moved(SPACE, copied=70, unchanged=50, removed=0, source=120, target=120)
    assert alike(await answers(target), await answers(source))


async def test_again_copies_what_differs_and_removes_what_is_gone(places: Places) -> None:
    source, target = await filled(places.pgvector), places.milvus
    await move(source, target)
    drawn = vectors(5, seed=3)
    await source.upsert(SPACE, [a_point(7, drawn[0]), a_point(700, drawn[1], labels=("new",))])
    await source.upsert(SPACE, [replace(point, public=False) for point in (await source.points(SPACE, limit=3))])
    await source.remove(SPACE, [UUID(int=50), UUID(int=51), UUID(int=120)])
    await target.upsert(SPACE, [a_point(800 + number, vector) for number, vector in enumerate(drawn)])
    moved = await move(source, target)
    assert (moved.removed, moved.source, moved.target) == (8, 118, 118)
    assert moved.copied == 4  # 7, 700, and of the first three the two that were public
    assert alike(await answers(target), await answers(source))
    assert await move(source, target) == Moved(SPACE, copied=0, unchanged=118, removed=0, source=118, target=118)


async def test_what_is_removed_from_one_space_stays_in_the_others(places: Places) -> None:
    """An image that is not embedded anew yet, say."""
    for space in (SPACE, OTHER):
        await filled(places.pgvector, 30, space=space)
        await filled(places.milvus, 30, space=space)
    await places.pgvector.remove(SPACE, [UUID(int=3)])
    assert (await move(places.pgvector, places.milvus)).removed == 1
    assert (await places.milvus.count(SPACE), await places.milvus.count(OTHER)) == (29, 30)


async def test_the_wrong_direction_is_not_taken(places: Places) -> None:
    await filled(places.milvus, 30)
    await places.pgvector.ensure_space(SPACE, dimension=64)
    with pytest.raises(TooMuchToRemove, match="direction"):
        await move(places.pgvector, places.milvus)
    assert await places.milvus.count(SPACE) == 30
    assert (await move(places.pgvector, places.milvus, force=True)).removed == 30


async def test_it_says_how_far_it_is() -> None:
    source, said = await filled(ExactIndex()), list[Progress]()
    [space] = await source.spaces()
    await SpaceMover(source, ExactIndex(), page=50).move(space, said.append)
    assert said == [Progress(SPACE, done, 120) for done in (50, 100, 120)]


async def test_spaces_keep_the_order_in_which_they_were_made(places: Places) -> None:
    for space in (SPACE, OTHER):
        await filled(places.reference, 3, space=space)
    await command.move_spaces(places.reference, places.milvus)
    assert [space.id for space in await places.milvus.spaces()] == [OTHER, SPACE]


async def run(places: Places, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    for name, value in places.environment.items():
        monkeypatch.setenv(name, value)
    return await asyncio.to_thread(command.main, [*arguments])


async def test_the_command_moves_and_says_what_it_did(
    places: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await filled(places.pgvector)
    assert await run(places, monkeypatch, "--to", "milvus") == 0
    said = capsys.readouterr()
    counts = "120 where they come from, 120 where they are now"
    assert said.out == f"{SPACE}: 120 copied, 0 there already, 0 removed; {counts}\n"
    assert f"{SPACE}: 120 of 120" in said.err
    assert await run(places, monkeypatch, "--to", "pgvector", "--from", "milvus", "--space", SPACE) == 0
    assert capsys.readouterr().out == f"{SPACE}: 0 copied, 120 there already, 0 removed; {counts}\n"
    assert alike(await answers(places.milvus), await answers(places.pgvector))


REFUSED = [
    (("--to", "milvus", "--from", "milvus"), {}, "already"),
    (("--to", "milvus", "--space", "nowhere"), {}, "no such space"),
    (("--to", "milvus"), {"PICTOR_MILVUS_URI": ""}, "PICTOR_MILVUS_URI"),
    (("--to", "milvus"), {"PICTOR_DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:9/nothing"}, "does not answer"),
    (("--to", "milvus"), {"PICTOR_DATABASE_POOL": "none"}, "PICTOR_DATABASE_POOL"),
]


@pytest.mark.parametrize(("arguments", "environment", "sentence"), REFUSED)
async def test_what_cannot_be_is_said_in_a_sentence(
    places: Places,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    environment: dict[str, str],
    sentence: str,
) -> None:
    places.environment |= environment
    assert await run(places, monkeypatch, *arguments) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert said.startswith("pictor: ")
    assert said.count("\n") == 1


async def test_a_database_that_is_not_there_is_said_in_a_sentence(
    places: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, _, query = places.environment["PICTOR_DATABASE_URL"].partition("?")
    places.environment["PICTOR_DATABASE_URL"] = f"{before}_nowhere?{query}"
    assert await run(places, monkeypatch, "--to", "milvus") == 1
    assert "does not exist" in capsys.readouterr().err


class Growing(ExactIndex):
    """FAKE: somebody keeps an image whenever it is counted."""

    async def count(self, space: str, wanted: Filter | None = None) -> int:
        counted = await super().count(space, wanted)
        await self.upsert(space, [a_point(1000 + counted, vectors(1)[0])])
        return await super().count(space, wanted)


async def test_two_sides_that_differ_are_said_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = await filled(Growing()), ExactIndex()

    async def meanwhile(*_arguments: object, space: str | None, force: bool) -> list[Moved]:
        return await command.move_spaces(source, target, space=space, force=force)

    monkeypatch.setattr(command, "_move", meanwhile)
    assert await asyncio.to_thread(command.main, ["--to", "milvus"]) == 1
    said = capsys.readouterr()
    assert "122 where they come from, 121 where they are now" in said.out
    assert "Run it again" in said.err
