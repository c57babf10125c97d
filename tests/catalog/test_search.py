"""Finding images: words, labels and what they are kinds of, tags, owners, collections, dates, sizes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.catalog.services.search.segments.compactor import SearchMaintenance
from services.kit.testing.postgres import TestPostgres
from services.vision.labels import load_taxonomy
from tests.catalog.library import Library, a_library

pytestmark = pytest.mark.asyncio(loop_scope="module")
ALL = ["Bob's dog", "Breakfast", "Jumbo", "Tom", "Rex"]
"""What ada may see, newest first."""
BOB = "00000000-0000-0000-0000-000000000002"


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["fresh", "compacted"])
async def library(
    request: pytest.FixtureRequest, postgres: TestPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Library]:
    """As the database alone answers, and as the segments do: the same."""
    async with a_library(postgres, tmp_path_factory.mktemp("library")) as library:
        if request.param == "compacted":
            await SearchMaintenance(library.catalog.app.state.database, load_taxonomy()).compact(most_changed=0)
        yield library


FOUND: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ALL),
    # words: of titles, tags, descriptions, labels, synonyms and kinds; all of them, but for OR and -
    ({"q": "rex"}, ["Rex"]),
    ({"q": "REX"}, ["Rex"]),
    ({"q": "beaches"}, ["Rex"]),
    ({"q": "sofa"}, ["Tom"]),
    ({"q": "tabby"}, ["Tom"]),
    ({"q": "pachyderm"}, ["Jumbo"]),
    ({"q": "pit bull terrier"}, ["Bob's dog", "Rex"]),
    ({"q": "animal"}, ["Bob's dog", "Rex", "Tom", "Jumbo"]),
    ({"q": "dog pet"}, ["Bob's dog", "Rex"]),
    ({"q": "dog beach"}, ["Rex"]),
    ({"q": "sofa OR zoo"}, ["Jumbo", "Tom"]),
    ({"q": "pet -dog"}, ["Tom"]),
    ({"q": '"asleep on the sofa"'}, ["Tom"]),
    ({"q": '"sofa asleep"'}, []),
    ({"q": "secret"}, []),
    # labels: by name or id, kinds of it included; repeated: all of them
    ({"label": "dog"}, ["Bob's dog", "Rex"]),
    ({"label": "n02084071"}, ["Bob's dog", "Rex"]),
    ({"label": "American Staffordshire terrier"}, ["Bob's dog", "Rex"]),
    ({"label": "american_staffordshire_terrier"}, ["Bob's dog", "Rex"]),
    ({"label": "domestic animal"}, ["Bob's dog", "Rex", "Tom"]),
    ({"label": "mammal"}, ["Bob's dog", "Rex", "Tom", "Jumbo"]),
    ({"label": ["mammal", "elephant"]}, ["Jumbo"]),
    ({"label": ["dog", "cat"]}, []),
    ({"label": "shark"}, []),
    ({"any_label": ["dog", "elephant"]}, ["Bob's dog", "Rex", "Jumbo"]),
    ({"any_label": ["dog", "elephant"], "label": "pachyderm"}, ["Jumbo"]),
    ({"not_label": "dog"}, ["Breakfast", "Jumbo", "Tom"]),
    ({"not_label": ["dog", "fruit"]}, ["Jumbo", "Tom"]),
    ({"label": "mammal", "not_label": "dog"}, ["Tom", "Jumbo"]),
    ({"label": "mammal", "min_score": 0.75}, ["Bob's dog", "Rex", "Tom"]),
    ({"label": "lemon", "min_score": 0.29}, ["Breakfast"]),
    ({"label": "lemon", "min_score": 0.31}, []),
    # tags: repeated, all of them; no pattern characters
    ({"tag": "pet"}, ["Bob's dog", "Tom", "Rex"]),
    ({"tag": " PET "}, ["Bob's dog", "Tom", "Rex"]),
    ({"tag": ["pet", "beach"]}, ["Rex"]),
    ({"tag": "pe"}, []),
    ({"tag": "100%"}, ["Jumbo"]),
    ({"tag": "secret"}, []),
    # owners
    ({"owner": "me"}, ["Breakfast", "Jumbo", "Tom", "Rex"]),
    ({"owner": "bob"}, ["Bob's dog"]),
    ({"owner": BOB}, ["Bob's dog"]),
    ({"owner": "Bob"}, ["Bob's dog"]),
    # collections
    ({"collection": "favorites"}, ["Bob's dog", "Rex"]),
    ({"collection": "ANIMALS"}, ["Jumbo", "Tom", "Rex"]),
    ({"collection": "ANIMALS", "label": "dog"}, ["Rex"]),
    # states, dates, sizes; bounds belong to the range
    ({"state": "ready"}, ALL),
    ({"state": "processing"}, []),
    ({"taken_after": "2020-05-01T10:00:00Z"}, ["Tom", "Rex"]),
    ({"taken_after": "2020-05-01T12:00:01+02:00"}, ["Tom"]),
    ({"taken_before": "2021-06-01T10:00:00Z"}, ["Tom", "Rex"]),
    ({"taken_before": "2021-06-01T09:59:59Z"}, ["Rex"]),
    ({"created_after": "2020-01-01T00:00:00Z"}, ALL),
    ({"created_before": "2020-01-01T00:00:00Z"}, []),
    ({"min_width": 64}, ["Bob's dog", "Jumbo", "Tom", "Rex"]),
    ({"min_width": 65}, ["Jumbo"]),
    ({"max_width": 48}, ["Breakfast"]),
    ({"min_height": 100, "max_height": 100}, ["Jumbo"]),
    ({"max_height": 48, "max_width": 64}, ["Bob's dog", "Tom", "Rex"]),
    # everything at once
    ({"q": "terrier", "label": "dog", "tag": "pet", "owner": "me", "state": "ready", "min_width": 1}, ["Rex"]),
    # orders
    ({"sort": "-created_at"}, ALL),
    ({"sort": "created_at"}, ALL[::-1]),
    ({"sort": "created_at", "label": "mammal"}, ["Rex", "Tom", "Jumbo", "Bob's dog"]),
    ({"sort": "relevance"}, ALL),
    ({"q": "rex dog", "sort": "relevance"}, ["Rex"]),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "titles"), FOUND, ids=[str(wanted) for wanted, _ in FOUND])
async def test_it_finds_what_fits_in_the_order_asked_for(
    library: Library, wanted: dict[str, Any], titles: list[str]
) -> None:
    wanted = {name: library.animals if value == "ANIMALS" else value for name, value in wanted.items()}
    assert await library.titles(**wanted) == titles


async def test_what_is_found_is_said_whole(library: Library) -> None:
    [found] = await library.catalog.listed(q="rex")
    assert found == await library.catalog.image(library.images["Rex"]["id"])
    assert (found["state"], found["in_favorites"], len(found["labels"])) == ("ready", True, 5)


async def test_a_title_weighs_more_than_a_label_and_a_label_more_than_a_kind(library: Library) -> None:
    """Bob's dog says it in its title as well."""
    assert await library.titles(q="dog") == ["Bob's dog", "Rex"]
    assert (await library.titles(q="dog OR sofa OR zoo"))[0] == "Bob's dog"


async def test_another_person_finds_other_things(library: Library) -> None:
    assert await library.titles(by=2) == ["Secret", "Bob's dog", "Tom"]
    assert await library.titles(by=2, label="cat") == ["Secret", "Tom"]
    assert await library.titles(by=2, q="secret") == ["Secret"]
    assert await library.titles(by=2, collection="favorites") == ["Secret"]
    assert await library.titles(by=2, collection=library.animals) == []
    assert await library.titles(by=2, owner="me") == ["Secret", "Bob's dog"]
    assert await library.titles(by=2, owner="ada") == ["Tom"]
    assert await library.titles(by=3) == ["Bob's dog", "Tom"]


async def test_random_is_another_order_a_seed_and_the_same_for_the_same(library: Library) -> None:
    orders = [await library.titles(sort="random", seed=seed) for seed in range(20)]
    assert {tuple(sorted(order)) for order in orders} == {tuple(sorted(ALL))}
    assert len({tuple(order) for order in orders}) > 5
    assert await library.titles(sort="random", seed=7) == orders[7]
    assert await library.titles(sort="random") == orders[0]
