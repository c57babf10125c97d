"""Reading a space from the first point to the last, as moving it does."""

from uuid import UUID

import numpy as np
import pytest

from services.similarity.index import Point, UnknownSpace
from tests.congruence.index.indexes import BOB, SPACE, Arrangement, a_point, points_of, vectors


async def pages(arranged: Arrangement, limit: int) -> list[list[Point]]:
    found = [await arranged.index.points(SPACE, limit=limit)]
    while len(found[-1]) == limit:
        found.append(await arranged.index.points(SPACE, after=found[-1][-1].image_id, limit=limit))
    return found


async def test_every_point_comes_once_in_the_order_of_ids(arranged: Arrangement) -> None:
    """Ids from nil to the last one there is, given in any order."""
    numbers = [0, 2**128 - 1, *range(5, 200, 2), 2**127, 0xA0, 0x9E]
    drawn = vectors(len(numbers))
    await arranged.filled([a_point(number, vector) for number, vector in zip(numbers, drawn, strict=True)])
    read = await pages(arranged, 40)
    assert [len(page) for page in read] == [40, 40, 23]
    assert [point.image_id.int for page in read for point in page] == sorted(numbers)


async def test_a_point_is_read_as_it_was_written(arranged: Arrangement) -> None:
    given = vectors(1)[0]
    labels = ("n2", "n1", "n2")
    await arranged.filled([a_point(1, given, owner=BOB, public=False, labels=labels), a_point(2, given)])
    whole, bare = await arranged.index.points(SPACE, limit=5)
    assert (whole.image_id, whole.owner_id, whole.public, whole.label_ids) == (UUID(int=1), BOB, False, ("n1", "n2"))
    assert (bare.public, bare.label_ids) == (True, ())
    stored = await arranged.index.get_vector(SPACE, UUID(int=1))
    assert whole.vector.dtype == np.float32
    assert np.array_equal(whole.vector, stored)
    await arranged.index.upsert(SPACE, [whole])
    assert np.array_equal(await arranged.index.get_vector(SPACE, UUID(int=1)), stored)


async def test_what_follows_an_id_need_not_follow_a_point(arranged: Arrangement) -> None:
    await arranged.filled(points_of(vectors(9)))
    assert await arranged.index.points(SPACE, after=UUID(int=10), limit=3) == []
    await arranged.index.delete(UUID(int=4))
    [following] = await arranged.index.points(SPACE, after=UUID(int=4), limit=1)
    assert following.image_id.int == 5


async def test_there_are_no_pages_of_nothing(arranged: Arrangement) -> None:
    await arranged.index.ensure_space(SPACE, dimension=4)
    assert await arranged.index.points(SPACE, limit=500) == []
    with pytest.raises(UnknownSpace):
        await arranged.index.points("nowhere", limit=1)
    for limit in (0, 501):
        with pytest.raises(ValueError, match="limit"):
            await arranged.index.points(SPACE, limit=limit)


async def test_points_are_removed_from_one_space_alone(arranged: Arrangement) -> None:
    other = "other-000000000000"
    await arranged.filled(points_of(vectors(6)))
    await arranged.filled(points_of(vectors(6)), space=other)
    for _ in range(2):
        await arranged.index.remove(SPACE, [UUID(int=5), UUID(int=2), UUID(int=99)])
    await arranged.index.remove(SPACE, [])
    assert [point.image_id.int for point in await arranged.index.points(SPACE, limit=9)] == [1, 3, 4, 6]
    assert await arranged.index.count(other) == 6
    with pytest.raises(UnknownSpace):
        await arranged.index.remove("nowhere", [UUID(int=1)])
