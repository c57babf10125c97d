"""What segments say of words is what the database says of them: the same images, in the same order."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.words_walk import LABELS, Known, Walk

WORDS = ["dog", "dogs", "running", "run", "beach", "東京タワー", "wi-fi", "wifi", "café", "terrier", "IMG_2024", "the"]
QUERIES = [
    "dog", "dogs", "run", "cafe", "terrier", "animal", "staffordshire", "the", "東京", "京", "wifi", "wi-fi", "dog run",
    "beach -dog", "-dog", "dog OR cafe", "beach run OR terrier -the", "-beach OR -run", '"the dog"', "ru*", "dog ru*",
    "domestic dog", "pit bull terrier", "img", "2024", "IMG_2024", "elephant OR lemon the", '"running" -"the"', "tag",
    '"the dog" run', '-"the dog"', '"dog run" OR caf*', "-ru*", 'be* -"dog beach"', 'dog -"the ru*"', "t*",
]  # fmt: skip


async def found(catalog: RunningCatalog, include: Sequence[str] = ("facets", "total"), **wanted: Any) -> list[Any]:
    """Give the ids in order, page by page, and what is told beside them."""
    ids, told, cursor = [], None, None
    while True:
        params = {**wanted, "limit": 7, "include": include, **({"cursor": cursor} if cursor else {})}
        answer = await catalog.client.get("/v1/images", params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        ids += [image["id"] for image in page["items"]]
        told, cursor = told or [page["facets"], page["total"]], page["next_cursor"]
        if cursor is None:
            return [ids, *(told or [])]


async def test_they_are_found_alike_and_in_the_same_order(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk, chance = Walk(catalog, 3), random.Random(3)  # noqa: S311 - no secret

    def some(most: int) -> list[str]:
        return chance.choices(WORDS, k=chance.randint(0, most))

    for number in range(40):
        said = {"title": " ".join(some(3)), "description": " ".join(some(6)), "tags": list(dict.fromkeys(some(2)))}
        owner = chance.choice([1, 1, 2])
        image = await catalog.upload(
            a_picture(number=number, size=(16, 12)), by=owner, visibility=chance.choice(["public", "private"]), **said
        )
        if chance.random() < 0.7:
            labels = {label: chance.choice([0.125, 0.5, 1.0]) for label in chance.sample(LABELS, 2)}
            walk.images[image["id"]] = Known(owner=owner, public=True, tags=[])
            await walk.put_labels(image["id"], labels, [chance.choice([one for one in LABELS if one not in labels])])
    asked = [{"q": query, "sort": sort} for query in QUERIES for sort in ("relevance", "-created_at", "random")]
    asked += [{"q": query, "label": "dog"} for query in QUERIES] + [{"q": query, "owner": "me"} for query in QUERIES]
    told = {"changes": [await found(catalog, **wanted) for wanted in asked]}
    assert sum(bool(answer[0]) for answer in told["changes"]) > len(asked) / 2
    await walk.compact()
    assert await catalog.rows("SELECT count(*) FROM search_changes") == [(0,)]
    told["compacted"] = [await found(catalog, **wanted) for wanted in asked]
    await catalog.rows("UPDATE images SET label_ids = label_ids WHERE n % 2 = 0")
    told["half of them changed"] = [await found(catalog, **wanted) for wanted in asked]
    for candidates, share in [(1_000, 100), (2, 4), (1, 100)]:  # of the last, most are asked for in vain
        monkeypatch.setattr("services.catalog.services.search.service.CANDIDATES", candidates)
        monkeypatch.setattr("services.catalog.services.search.service.SHARE", share)
        for wanted, (ids, *_) in zip(asked, told["changes"], strict=True):
            assert (await found(catalog, include=("total",), **wanted))[0] == ids, (candidates, wanted)
    for state in ("compacted", "half of them changed"):
        for wanted, before, after in zip(asked, told["changes"], told[state], strict=True):
            assert after == before, (state, wanted)
