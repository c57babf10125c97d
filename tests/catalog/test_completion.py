"""Completion: words of names, one wrong letter, and nobody's secrets."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.catalog.services.search.segments.compactor import SearchMaintenance
from services.catalog.services.terms.prefix_index import NameIndex
from services.kit.testing.postgres import TestPostgres
from services.vision.labels import load_taxonomy
from tests.catalog.library import Library, a_library
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
STAFFORDSHIRE = ["American Staffordshire terrier", "Staffordshire bullterrier"]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["as changes", "rolled_up"])
async def library(
    postgres: TestPostgres, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Library]:
    """The library with its counts as they are after uploads, and as the worker leaves them."""
    async with a_library(postgres, tmp_path_factory.mktemp("library")) as library:
        if request.param == "rolled_up":
            await SearchMaintenance(library.catalog.app.state.database, load_taxonomy()).roll_up(most_logged=0)
        yield library


async def completed(library: Library, prefix: str, *, by: int = 1, **said: Any) -> list[str]:
    answer = await library.catalog.user(by).get("/v1/labels", params={"prefix": prefix, **said})
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


@pytest.mark.parametrize("typed", ["terr", "TERRIER", "staffordshire", "pit bull"])
async def test_a_word_inside_a_name_counts(library: Library, typed: str) -> None:
    assert "American Staffordshire terrier" in await completed(library, typed)


@pytest.mark.parametrize("typed", ["stafordshire", "stafffordshire", "stavfordshire", "tsaffordshire", "xtaffordshire"])
async def test_one_wrong_letter_is_forgiven(library: Library, typed: str) -> None:
    assert await completed(library, typed) == STAFFORDSHIRE


@pytest.mark.parametrize("typed", ["stavvordshire", "satfofrdshire", "bax", "pwt", "staffordshirexy"])
async def test_two_wrong_letters_are_not_nor_one_in_a_short_word(library: Library, typed: str) -> None:
    assert await completed(library, typed) == []


async def test_what_begins_so_comes_before_what_nearly_does(library: Library) -> None:
    await library.catalog.client.patch(f"/v1/images/{library.images['Breakfast']['id']}", json={"tags": ["dogma"]})
    try:
        found = await completed(library, "dogm", limit=500)
        assert (found[0], "dog" in found) == ("dogma", True)  # although there are more dogs
    finally:
        await library.catalog.client.patch(f"/v1/images/{library.images['Breakfast']['id']}", json={"tags": ["food"]})


@pytest.mark.parametrize("typed", ["secret", "secert", "secre", "s"])
async def test_a_private_tag_completes_for_its_owner_alone(library: Library, typed: str) -> None:
    assert "secret" in await completed(library, typed, by=2, limit=500)
    for other in (1, 3):
        assert "secret" not in await completed(library, typed, by=other, limit=500)


async def test_a_cursor_of_no_list_is_refused(library: Library) -> None:
    for cursor in ("x", "W10", "eyJhIjoxfQ"):
        answer = await library.catalog.client.get("/v1/labels", params={"cursor": cursor})
        assert_problem(answer, 400, "invalid_cursor")


def distance(left: str, right: str) -> int:
    """Letters to insert, delete, replace, or swap with their neighbour."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, start=1):
        row = [i]
        for j, b in enumerate(right, start=1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


async def test_the_index_finds_what_a_look_at_every_word_finds() -> None:
    words = sorted(
        {name.lower() for label in load_taxonomy().classes[::4] for name in label.name.split() if name.isalpha()}
    )
    index = NameIndex(enumerate(words))
    for word in words[::15]:
        for typed in (word[:6], word[:2] + word[3:7], word[:1] + "x" + word[1:5], word[:4] + "e" + word[5:7]):
            near = [
                key
                for key, other in enumerate(words)
                if any(distance(typed, other[:end]) <= 1 for end in range(len(other) + 1))
            ]
            found = {*index.beginning(typed), *index.nearly_beginning(typed)}
            starts = [key for key, other in enumerate(words) if other.startswith(typed)]
            assert sorted(found) == (near if len(typed) >= 4 else starts), typed
