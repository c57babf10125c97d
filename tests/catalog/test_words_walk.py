"""After any sequence of changes, results, order, facets and statistics are what a look at every image gives."""

from typing import Any

import pytest

from tests.catalog.factories import RunningCatalog
from tests.catalog.words_walk import TAXONOMY, USERS, Known, Walk, facets_of

STEPS = 30
DOG, ANIMAL = "n02084071", "n00015388"
QUERIES: list[dict[str, Any]] = [
    {"label": ["dog"]},
    {"label": ["animal", "American Staffordshire terrier"]},
    {"label": ["animal"], "min_score": 0.7},
    {"label": ["lemon"], "not_label": ["dog"]},
    {"any_label": ["dog", "lemon"], "tag": ["beach"]},
    {"tag": ["pet shop"]},
    {"owner": "me"},
    {"label": ["dog"], "created_after": "2020-01-01T00:00:00Z"},
    {"label": ["dog"], "updated_after": "2020-01-01T00:00:00Z"},
    {"label": ["animal"], "owner": "bob"},
    {"q": "dog"},
    {},
]


def fits(known: Known, query: dict[str, Any], user: int) -> bool:
    def bears(name: str) -> bool:
        [label] = TAXONOMY.find(name)[:1]
        score = known.score(label.id)
        return score is not None and score >= query.get("min_score", 0)

    return (
        known.visible(user)
        and all(bears(name) for name in query.get("label", []))
        and ("any_label" not in query or any(bears(name) for name in query["any_label"]))
        and not any(bears(name) for name in query.get("not_label", []))
        and set(query.get("tag", [])) <= set(known.tags)
        and ("owner" not in query or known.owner == {"me": user, "bob": 2}[query["owner"]])
        and ("q" not in query or DOG in known.closure())
    )


def score(known: Known, query: dict[str, Any]) -> float:
    names = [*query.get("label", []), *query.get("any_label", []), *([query["q"]] if "q" in query else [])]
    return max((known.score(TAXONOMY.find(name)[0].id) or 0 for name in names), default=0)


async def check_search(walk: Walk, user: int, query: dict[str, Any]) -> None:
    client = walk.catalog.user(user)
    asked = {**query, "include": "facets", "limit": 500}
    answer = (await client.get("/v1/images", params=asked)).json()
    expected = {image_id: known for image_id, known in walk.images.items() if fits(known, query, user)}
    found = [item["id"] for item in answer["items"]]
    assert sorted(found) == sorted(expected), query
    if "q" not in query:  # words have a rank of their own beside the score
        assert found == sorted(expected, key=lambda image_id: (score(expected[image_id], query), image_id))[::-1], query
    counted = {
        kind: {facet["name" if kind == "tags" else "id"]: facet["count"] for facet in rows}
        for kind, rows in answer["facets"].items()
    }
    truth = facets_of(list(expected.values()))
    assert {**counted, "labels": None} == {**truth, "labels": None}, query
    assert counted["labels"].items() <= truth["labels"].items()
    assert len(counted["labels"]) == min(50, len(truth["labels"]))
    assert sorted(counted["labels"].values()) == sorted(truth["labels"].values())[-50:], query


async def check_statistics(walk: Walk, user: int) -> None:
    client = walk.catalog.user(user)
    truth = facets_of(list(walk.visible(user).values()))
    borne = {label for known in walk.visible(user).values() for label in known.labels}
    listed = (await client.get("/v1/labels", params={"limit": 500})).json()["items"]
    assert {item["id"]: item["count"] for item in listed if item["kind"] == "label"} == {
        label: truth["labels"][label] for label in borne
    }
    assert {item["name"]: item["count"] for item in listed if item["kind"] == "tag"} == truth["tags"]
    for label in (DOG, ANIMAL):
        detail = (await client.get(f"/v1/labels/{label}")).json()
        assert detail["count"] == truth["labels"].get(label, 0)


@pytest.mark.parametrize("seed", [1, 2])
async def test_after_any_sequence_of_changes_everything_counted_is_right(catalog: RunningCatalog, seed: int) -> None:
    walk = Walk(catalog, seed)
    for _ in range(6):
        await walk.label(await walk.upload())
    for _ in range(STEPS):
        await walk.step()
        user = walk.chance.choice(USERS)
        await check_search(walk, user, walk.chance.choice(QUERIES))
        await check_statistics(walk, user)
    for user in USERS:
        for query in QUERIES:
            await check_search(walk, user, query)
