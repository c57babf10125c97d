"""Words that could end a string, and more equal points than an answer holds."""

from uuid import UUID

import numpy as np
import pytest

from services.similarity.index import Filter, PayloadChange
from tests.congruence.index.indexes import ADA, SPACE, Arrangement, a_point

X = np.array([1, 0, 0, 0], np.float32)
WORDS = ['"', "'", "\\", '\\"', '"] or public == true or id in ["', "%", "{x}", "$1", "é", "🐈", "\n", "a b", "--", ")"]


async def test_a_label_is_no_part_of_the_question(arranged: Arrangement, subtests: pytest.Subtests) -> None:
    points = [a_point(number, X, public=False, labels=(word,)) for number, word in enumerate(WORDS)]
    await arranged.filled(points)
    for number, word in enumerate(WORDS):
        with subtests.test(word=word):
            alone = Filter(viewer=ADA, label_groups=(frozenset({word}),))
            assert await arranged.ids(X, alone, limit=len(WORDS)) == [number]
            assert await arranged.index.count(SPACE, Filter(viewer=UUID(int=7), label_groups=alone.label_groups)) == 0
    await arranged.index.set_payload(UUID(int=2), PayloadChange(label_ids=(WORDS[4],)))
    both = Filter(viewer=ADA, label_groups=(frozenset({WORDS[4]}),))
    assert await arranged.ids(X, both, limit=len(WORDS)) == [2, 4]


async def test_a_spaces_name_is_no_part_of_it_either(arranged: Arrangement) -> None:
    names = ['a"b', "a'b", "a\\b", "a-b"]
    for number, name in enumerate(names):
        await arranged.filled([a_point(number, X)], space=name)
    for number, name in enumerate(names):
        assert await arranged.ids(X, Filter(viewer=ADA), space=name) == [number]
    assert [space.id for space in await arranged.index.spaces()] == names[::-1]


async def test_of_many_equal_points_the_first_ids_come(arranged: Arrangement) -> None:
    """Far more than any search looks ahead: one picture that everybody has."""
    numbers = list(range(300, 0, -1))
    await arranged.filled([a_point(number, X) for number in numbers] + [a_point(999, X[::-1])])
    if arranged.exact:
        assert await arranged.ids(X, Filter(viewer=ADA), limit=3) == [1, 2, 3]
    assert len(set(await arranged.ids(X, Filter(viewer=ADA), limit=299))) == 299


async def test_a_filter_may_name_thousands(arranged: Arrangement) -> None:
    """As many as the service lets one name."""
    await arranged.filled([a_point(number, X + np.float32(number / 100)) for number in range(1, 30)])
    many = frozenset(UUID(int=number) for number in range(20, 10_020))
    assert await arranged.ids(X, Filter(viewer=ADA, only=many), limit=3) == [20, 21, 22]
    assert await arranged.ids(X, Filter(viewer=ADA, exclude=many), limit=30) == list(range(1, 20))
    words = frozenset(f"word{number}" for number in range(2000))
    assert await arranged.ids(X, Filter(viewer=ADA, label_groups=(words,) * 3), limit=3) == []
