"""What every index answers, in every mode."""

from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest

from services.similarity.index import (
    Filter,
    InvalidVector,
    Mode,
    PayloadChange,
    UnknownSpace,
    WrongDimension,
)
from tests.congruence.index.indexes import (
    ADA,
    BOB,
    EVE,
    SPACE,
    Arrangement,
    a_point,
    points_of,
    reference,
    vectors,
)

EVERYTHING = Filter(viewer=ADA)


def axis(*components: float) -> np.ndarray:
    return np.array([*components, *[0.0] * (4 - len(components))], dtype=np.float32)


async def test_the_nearest_come_first_with_their_cosine(arranged: Arrangement) -> None:
    await arranged.filled([a_point(1, axis(1)), a_point(2, axis(1, 1)), a_point(3, axis(0, 1)), a_point(4, axis(3, 4))])
    found = await arranged.index.query(SPACE, axis(5), EVERYTHING, limit=4, mode=arranged.mode)
    assert [neighbour.image_id.int for neighbour in found.neighbours] == [1, 2, 4, 3]
    assert [neighbour.score for neighbour in found.neighbours] == pytest.approx([1, 0.5**0.5, 0.6, 0], abs=1e-3)
    assert found.mode is arranged.mode


async def test_scores_are_the_cosine_of_what_was_given(arranged: Arrangement) -> None:
    drawn = vectors(150, dimension=2048)
    await arranged.filled([a_point(number, vector) for number, vector in enumerate(drawn)])
    query = vectors(1, seed=9, dimension=2048)[0]
    found = await arranged.index.query(SPACE, query, EVERYTHING, limit=100, mode=arranged.mode)
    lengths = np.linalg.norm(drawn, axis=1) * np.linalg.norm(query)
    cosines = drawn.astype(np.float64) @ query.astype(np.float64) / lengths
    for neighbour in found.neighbours:
        assert neighbour.score == pytest.approx(cosines[neighbour.image_id.int], abs=5e-5)
    assert all(better.score >= worse.score for better, worse in pairwise(found.neighbours))


async def test_opposite_directions_score_nothing(arranged: Arrangement) -> None:
    await arranged.filled([a_point(1, axis(-1)), a_point(2, axis(1))])
    found = await arranged.index.query(SPACE, axis(1), EVERYTHING, limit=2, mode=arranged.mode)
    assert [(one.image_id.int, one.score) for one in found.neighbours] == [(2, 1.0), (1, 0.0)]


async def test_length_does_not_count(arranged: Arrangement) -> None:
    tiny, huge = axis(3e-38, 4e-38), axis(3e37, 4e37)
    await arranged.filled([a_point(1, tiny), a_point(2, huge), a_point(3, axis(4, 3))])
    found = await arranged.index.query(SPACE, axis(3, 4), EVERYTHING, limit=2, mode=arranged.mode)
    assert [one.image_id.int for one in found.neighbours] == [1, 2]
    assert [one.score for one in found.neighbours] == pytest.approx([1, 1], abs=1e-3)


async def test_ties_go_by_image_id(arranged: Arrangement) -> None:
    same = [a_point(number, axis(1, 2)) for number in (9, 3, 7, 5, 1)]
    await arranged.filled([*same, a_point(2, axis(2, 1)), a_point(4, axis(0, 1))])
    assert await arranged.ids(axis(1, 2), EVERYTHING, limit=3) == [1, 3, 5]
    assert (await arranged.ids(axis(1, 2), EVERYTHING, limit=7))[:5] == [1, 3, 5, 7, 9]


async def test_min_score_cuts(arranged: Arrangement) -> None:
    await arranged.filled([a_point(1, axis(1)), a_point(2, axis(1, 1)), a_point(3, axis(0, 1))])
    found = await arranged.index.query(SPACE, axis(1), EVERYTHING, limit=3, min_score=0.6, mode=arranged.mode)
    assert [one.image_id.int for one in found.neighbours] == [1, 2]


FILTERS = [
    (Filter(viewer=ADA), 300 - 50),
    (Filter(viewer=EVE), 200),
    (Filter(viewer=ADA, owner=ADA), 150),
    (Filter(viewer=ADA, owner=BOB), 100),
    (Filter(viewer=ADA, label_groups=(frozenset({"ten4"}),)), 30),
    (Filter(viewer=ADA, label_groups=(frozenset({"hundred44"}),)), 3),
    (Filter(viewer=ADA, label_groups=(frozenset({"alone"}),)), 1),
    (Filter(viewer=ADA, label_groups=(frozenset({"ten4", "ten6"}),)), 60),
    (Filter(viewer=ADA, label_groups=(frozenset({"ten4"}), frozenset({"hundred4", "hundred14"}))), 6),
    (Filter(viewer=ADA, label_groups=(frozenset({"ten4"}), frozenset({"ten6"}))), 0),
    (Filter(viewer=ADA, label_groups=(frozenset(),)), 0),
    (Filter(viewer=ADA, not_labels=frozenset({"ten4"})), 250 - 30),
    (Filter(viewer=ADA, not_labels=frozenset({"ten4", "ten6", "nowhere"})), 250 - 60),
    (Filter(viewer=ADA, not_labels=frozenset(f"ten{digit}" for digit in range(10))), 0),
    (Filter(viewer=ADA, label_groups=(frozenset({"ten4"}),), not_labels=frozenset({"hundred44"})), 27),
    (Filter(viewer=ADA, label_groups=(frozenset({"ten4"}),), not_labels=frozenset({"ten4"})), 0),
    (Filter(viewer=ADA, only=frozenset(UUID(int=number) for number in (1, 2, 999))), 2),
    (Filter(viewer=ADA, only=frozenset()), 0),
    (Filter(viewer=ADA, exclude=frozenset(UUID(int=number) for number in range(1, 299))), 2),
]


async def test_a_filter_never_costs_results(arranged: Arrangement, subtests: pytest.Subtests) -> None:
    """All, a third, a tenth, a hundredth or one of 300 points fit: k come whenever k exist, and the right ones."""
    points = points_of(vectors(300))
    await arranged.filled(points)
    oracle = await Arrangement(reference(), Mode.EXACT).filled(points)
    query = vectors(1, seed=4)[0]
    for wanted, fits in FILTERS:
        with subtests.test(wanted=wanted):
            found = await arranged.ids(query, wanted, limit=12)
            assert len(found) == min(fits, 12)
            assert found == await oracle.ids(query, wanted, limit=12)
            assert await arranged.index.count(SPACE, wanted) == fits


async def test_the_nearest_of_many_are_found(arranged: Arrangement) -> None:
    points = points_of(vectors(1500, dimension=512))
    await arranged.filled(points)
    oracle = await Arrangement(reference(), Mode.EXACT).filled(points)
    hits = 0
    for query in vectors(20, seed=5, dimension=512):
        wanted = await oracle.ids(query, EVERYTHING, limit=12)
        hits += len(set(wanted) & set(await arranged.ids(query, EVERYTHING, limit=12)))
    assert hits / (20 * 12) >= (1.0 if arranged.mode is Mode.EXACT else 0.97)


async def test_a_point_sent_again_is_the_same_point(arranged: Arrangement) -> None:
    await arranged.filled([a_point(1, axis(1)), a_point(2, axis(0, 1))])
    await arranged.index.upsert(SPACE, [a_point(1, axis(1))])
    assert await arranged.index.count(SPACE) == 2
    await arranged.index.upsert(SPACE, [a_point(1, axis(0, 1)), a_point(1, axis(0, 0, 1), owner=BOB, public=False)])
    assert await arranged.ids(axis(0, 0, 1), Filter(viewer=BOB), limit=1) == [1]
    assert await arranged.ids(axis(0, 0, 1), Filter(viewer=ADA)) == [2]
    assert await arranged.index.count(SPACE) == 2


async def test_what_is_deleted_is_not_found(arranged: Arrangement) -> None:
    await arranged.filled([a_point(number, axis(1, number)) for number in range(1, 6)])
    for _ in range(2):
        await arranged.index.delete(UUID(int=3))
    assert await arranged.ids(axis(1, 3), EVERYTHING) == [4, 5, 2, 1]
    assert await arranged.index.get_vector(SPACE, UUID(int=3)) is None
    assert await arranged.index.count(SPACE) == 4


async def test_a_changed_payload_counts_at_once(arranged: Arrangement) -> None:
    await arranged.filled([a_point(number, axis(1, number), labels=("old",)) for number in range(1, 4)])
    await arranged.index.set_payload(UUID(int=2), PayloadChange(public=False))
    assert await arranged.ids(axis(1, 2), Filter(viewer=EVE)) == [3, 1]
    assert await arranged.ids(axis(1, 2), Filter(viewer=ADA), limit=1) == [2]
    await arranged.index.set_payload(UUID(int=2), PayloadChange(owner_id=EVE))
    assert await arranged.ids(axis(1, 2), Filter(viewer=EVE), limit=1) == [2]
    assert await arranged.ids(axis(1, 2), Filter(viewer=ADA)) == [3, 1]
    await arranged.index.set_payload(UUID(int=2), PayloadChange(label_ids=("new",)))
    assert await arranged.ids(axis(1, 2), Filter(viewer=EVE, label_groups=(frozenset({"new"}),))) == [2]
    assert await arranged.ids(axis(1, 2), Filter(viewer=EVE, label_groups=(frozenset({"old"}),))) == [3, 1]
    await arranged.index.set_payload(UUID(int=99), PayloadChange(public=True))
    assert await arranged.index.count(SPACE) == 3


async def test_spaces_never_mix(arranged: Arrangement) -> None:
    other = "other-000000000000"
    await arranged.filled([a_point(1, axis(1)), a_point(2, axis(0, 1))])
    await arranged.filled(
        [a_point(1, np.ones(3, np.float32)), a_point(5, np.arange(1, 4, dtype=np.float32))], space=other
    )
    assert await arranged.ids(axis(1), EVERYTHING) == [1, 2]
    assert await arranged.ids(np.ones(3, np.float32), EVERYTHING, space=other) == [1, 5]
    assert [(space.id, space.dimension) for space in await arranged.index.spaces()] == [(other, 3), (SPACE, 4)]
    await arranged.index.delete(UUID(int=1))
    assert await arranged.ids(axis(1), EVERYTHING) == [2]
    assert await arranged.ids(np.ones(3, np.float32), EVERYTHING, space=other) == [5]
    for _ in range(2):
        await arranged.index.drop_space(other)
    with pytest.raises(UnknownSpace):
        await arranged.index.query(other, np.ones(3, np.float32), EVERYTHING, limit=1)
    assert await arranged.ids(axis(1), EVERYTHING) == [2]


async def test_the_stored_vector_is_a_direction(arranged: Arrangement) -> None:
    given = vectors(1)[0]
    await arranged.filled([a_point(1, given)])
    stored = await arranged.index.get_vector(SPACE, UUID(int=1))
    assert stored is not None
    assert stored.dtype == np.float32
    assert stored == pytest.approx(given / np.linalg.norm(given), rel=1e-3, abs=1e-7)


async def test_a_space_says_what_is_known_of_it(arranged: Arrangement) -> None:
    await arranged.index.ensure_space(SPACE, dimension=4)
    [empty] = await arranged.index.spaces()
    assert (empty.trained, empty.populated, empty.modes) == (None, False, {Mode.EXACT})
    for _ in range(2):
        await arranged.index.ensure_space(SPACE, dimension=4, trained=True)
    await arranged.index.ensure_space(SPACE, dimension=4, trained=False)
    await arranged.filled([a_point(1, axis(1))])
    [space] = await arranged.index.spaces()
    assert (space.id, space.dimension, space.trained, space.populated) == (SPACE, 4, True, True)
    assert arranged.mode in space.modes


async def test_the_wrong_dimension_is_refused(arranged: Arrangement) -> None:
    await arranged.filled([a_point(1, axis(1))])
    short = np.ones(3, dtype=np.float32)
    with pytest.raises(WrongDimension):
        await arranged.index.upsert(SPACE, [a_point(2, axis(1)), a_point(3, short)])
    with pytest.raises(WrongDimension):
        await arranged.index.query(SPACE, short, EVERYTHING, limit=1, mode=arranged.mode)
    with pytest.raises(WrongDimension):
        await arranged.index.ensure_space(SPACE, dimension=3)
    with pytest.raises(ValueError, match="dimensions"):
        await arranged.index.ensure_space("huge", dimension=4001)
    assert await arranged.index.count(SPACE) == 1


BROKEN = [axis(0), axis(float("nan"), 1), axis(float("inf"), 1), axis(1).reshape(2, 2), np.empty(0, np.float32)]


async def test_a_vector_without_direction_is_refused(arranged: Arrangement, subtests: pytest.Subtests) -> None:
    await arranged.filled([a_point(1, axis(1))])
    for broken in BROKEN:
        with subtests.test(broken=broken):
            with pytest.raises(InvalidVector):
                await arranged.index.upsert(SPACE, [replace(a_point(2, axis(1)), vector=broken)])
            with pytest.raises(InvalidVector):
                await arranged.index.query(SPACE, broken, EVERYTHING, limit=1, mode=arranged.mode)
    assert await arranged.index.count(SPACE) == 1


async def test_a_stored_image_is_asked_with_by_its_id(arranged: Arrangement) -> None:
    points = points_of(vectors(300))
    await arranged.filled(points)
    asked = points[7]
    for viewer in (ADA, BOB, EVE):
        found = await arranged.index.query_stored(
            SPACE, asked.image_id, Filter(viewer=viewer), limit=12, mode=arranged.mode
        )
        others = Filter(viewer=viewer, exclude=frozenset({asked.image_id}))
        assert found == await arranged.index.query(SPACE, asked.vector, others, limit=12, mode=arranged.mode)
        assert len(found.neighbours) == 12
    rare = Filter(viewer=ADA, label_groups=(frozenset({"hundred44"}),), exclude=frozenset({UUID(int=44)}))
    found = await arranged.index.query_stored(SPACE, asked.image_id, rare, limit=12, min_score=0.1, mode=arranged.mode)
    assert found is not None
    assert {one.image_id.int for one in found.neighbours} == {144, 244}


async def test_an_image_that_is_not_there_or_not_to_be_seen_is_not_asked_with(arranged: Arrangement) -> None:
    await arranged.filled(points_of(vectors(40)))
    private, nothing = UUID(int=3), Filter(viewer=EVE, only=frozenset())
    for image_id, viewer in ((private, EVE), (private, ADA), (UUID(int=999), BOB)):
        for wanted in (Filter(viewer=viewer), replace(nothing, viewer=viewer)):
            assert await arranged.index.query_stored(SPACE, image_id, wanted, limit=3, mode=arranged.mode) is None
    found = await arranged.index.query_stored(SPACE, private, Filter(viewer=BOB), limit=3, mode=arranged.mode)
    assert found is not None
    assert len(found.neighbours) == 3
    found = await arranged.index.query_stored(SPACE, UUID(int=1), nothing, limit=3, mode=arranged.mode)
    assert found is not None
    assert found.neighbours == ()
    with pytest.raises(UnknownSpace):
        await arranged.index.query_stored("nowhere", private, EVERYTHING, limit=1)


async def test_an_unknown_space_is_said_so(arranged: Arrangement) -> None:
    with pytest.raises(UnknownSpace):
        await arranged.index.upsert("nowhere", [a_point(1, axis(1))])
    with pytest.raises(UnknownSpace):
        await arranged.index.query("nowhere", axis(1), EVERYTHING, limit=1)
    with pytest.raises(UnknownSpace):
        await arranged.index.get_vector("nowhere", UUID(int=1))
    with pytest.raises(UnknownSpace):
        await arranged.index.count("nowhere")
    with pytest.raises(UnknownSpace):
        await arranged.index.build("nowhere")


async def test_a_limit_without_sense_is_refused(arranged: Arrangement) -> None:
    await arranged.filled([a_point(1, axis(1))])
    for limit in (0, -1, 501):
        with pytest.raises(ValueError, match="limit"):
            await arranged.index.query(SPACE, axis(1), EVERYTHING, limit=limit)
