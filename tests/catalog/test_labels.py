"""Statistics of labels and tags, completion, and the taxonomy."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.kit.testing.postgres import TestPostgres
from services.vision.labels import load_taxonomy
from tests.catalog.library import Library, a_library
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(postgres: TestPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    async with a_library(postgres, tmp_path_factory.mktemp("library")) as library:
        yield library


async def terms(library: Library, *, by: int = 1, **query: Any) -> list[tuple[str, str, int]]:
    answer = await library.catalog.user(by).get("/v1/labels", params=query)
    assert answer.status_code == 200, answer.text
    return [(item["kind"], item["name"], item["count"]) for item in answer.json()["items"]]


async def test_labels_and_tags_in_use_come_most_used_first(library: Library) -> None:
    answer = (await library.catalog.client.get("/v1/labels", params={"limit": 500})).json()
    assert answer["items"][:3] == [
        {"kind": "tag", "id": None, "name": "pet", "count": 3},
        {"kind": "label", "id": "n02093428", "name": "American Staffordshire terrier", "count": 2},
        {"kind": "label", "id": "n02087394", "name": "Rhodesian ridgeback", "count": 2},
    ]
    counts = [item["count"] for item in answer["items"]]
    assert (counts, answer["next_cursor"]) == (sorted(counts, reverse=True), None)
    assert sum(item["kind"] == "label" for item in answer["items"]) == 20
    assert {item["name"] for item in answer["items"] if item["kind"] == "tag"} == {
        "pet", "beach", "zoo", "100%", "food", "bobs",
    }  # fmt: skip


@pytest.mark.parametrize(("prefix", "first"), [
    ("dog", [("label", "dog", 2)]),
    ("DO", [("label", "domestic animal", 3)]),
    ("staff", [("label", "American Staffordshire terrier", 2), ("label", "Staffordshire bullterrier", 2)]),
    ("pit bull", [("label", "American Staffordshire terrier", 2)]),
    ("pe", [("tag", "pet", 3)]),
    ("100%", [("tag", "100%", 1)]),
    ("eleph", [("label", "African elephant", 1), ("label", "Indian elephant", 1), ("label", "elephant", 1)]),
])  # fmt: skip
async def test_a_prefix_completes_names_synonyms_kinds_and_tags(
    library: Library, prefix: str, first: list[tuple[str, str, int]]
) -> None:
    assert (await terms(library, prefix=prefix))[: len(first)] == first


@pytest.mark.parametrize("prefix", ["%", "_", "xyzzy", "secret", "\\"])
async def test_a_prefix_is_no_pattern_and_finds_no_secrets(library: Library, prefix: str) -> None:
    assert await terms(library, prefix=prefix) == []


async def test_counts_are_of_what_one_may_see(library: Library) -> None:
    assert ("tag", "secret", 1) in await terms(library, by=2)
    assert ("tag", "beach", 1) not in await terms(library, by=2)
    for user, dogs, cats in ((1, 2, 1), (2, 1, 2), (3, 1, 1)):
        assert ("label", "dog", dogs) in await terms(library, by=user, prefix="dog")
        assert ("label", "tabby", cats) in await terms(library, by=user)
        detail = (await library.catalog.user(user).get("/v1/labels/n02084071")).json()
        assert detail["count"] == dogs


async def test_pages_of_terms_add_up(library: Library) -> None:
    for query in ({}, {"prefix": "e"}):
        whole = await terms(library, **query, limit=500)
        found: list[tuple[str, str, int]] = []
        cursor: dict[str, str] = {}
        for _ in range(len(whole)):
            answer = (await library.catalog.client.get("/v1/labels", params={**query, "limit": 3, **cursor})).json()
            found += [(item["kind"], item["name"], item["count"]) for item in answer["items"]]
            if answer["next_cursor"] is None:
                break
            cursor = {"cursor": answer["next_cursor"]}
        assert (found, answer["next_cursor"]) == (whole, None)


async def test_a_label_says_what_it_is_a_kind_of_and_what_are_kinds_of_it(library: Library) -> None:
    taxonomy = load_taxonomy()
    dog = taxonomy.get("n02084071")
    answer = await library.catalog.client.get("/v1/labels/n02084071")
    assert answer.json() == {
        "id": "n02084071",
        "name": "dog",
        "synonyms": list(dog.synonyms),
        "gloss": dog.gloss,
        "path": [{"id": label.id, "name": label.name} for label in taxonomy.way_up(dog.id)],
        "ancestors": [{"id": label.id, "name": label.name} for label in taxonomy.ancestors(dog.id)],
        "children": [{"id": label.id, "name": label.name} for label in taxonomy.children(dog.id)],
        "is_class": False,
        "count": 2,
    }
    names = [ancestor["name"] for ancestor in answer.json()["ancestors"]]
    assert {"canine", "domestic animal", "mammal", "animal"} <= set(names)
    terrier = (await library.catalog.client.get("/v1/labels/n02093428")).json()
    assert (terrier["is_class"], terrier["children"], terrier["count"]) == (True, [], 2)
    unused = (await library.catalog.client.get("/v1/labels/n01440764")).json()
    assert (unused["name"], unused["count"]) == ("tench", 0)


@pytest.mark.parametrize("label_id", ["n00000000", "dog", "N02084071", "%00", "n02084071%20"])
async def test_there_is_no_such_label(library: Library, label_id: str) -> None:
    assert_problem(await library.catalog.client.get(f"/v1/labels/{label_id}"), 404, "not_found")
