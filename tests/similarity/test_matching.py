"""What the index does not know, the catalog is asked: look-alikes by tags, words, collections, dates and sizes."""

from uuid import UUID

import numpy as np
import pytest

from services.similarity.services import search
from tests.similarity.stage import Stage, ids


def towards(angle: float) -> np.ndarray:
    return np.array([np.cos(angle), np.sin(angle), 0, 0], np.float32)


async def library(stage: Stage, count: int, *, tagged: set[int]) -> list[UUID]:
    """Images ever less like the first; those of the numbers have the tag `best`."""
    images = [await stage.put(towards(0.01 * number)) for number in range(count)]
    for number in tagged:
        stage.catalog.images[images[number]].tags = ("best",)
    return images


async def test_a_tag_lets_few_through_and_they_are_all_found(stage: Stage) -> None:
    images = await library(stage, 30, tagged={0, 7, 20, 29})
    assert ids(await stage.similar(images[0], tag="best")) == [images[7], images[20], images[29]]
    nothing = await stage.similar(images[0], tag="worst")
    assert nothing["items"] == []


@pytest.mark.parametrize("tagged", [set(range(0, 40, 2)), set(range(30, 40))], ids=["among the nearest", "far away"])
async def test_a_tag_that_lets_many_through_finds_the_nearest_of_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tagged: set[int]
) -> None:
    monkeypatch.setattr(search, "MOST_NAMED", 4)
    monkeypatch.setattr(search, "ROUNDS", 2)
    images = await library(stage, 40, tagged=tagged)
    nearest = sorted(tagged - {0})[:3]
    assert ids(await stage.similar(images[0], tag="best", limit=3)) == [images[number] for number in nearest]


async def test_it_filters_a_search_in_json_as_well(stage: Stage) -> None:
    images = await library(stage, 10, tagged={4})
    body = {"like": [{"vector": towards(0).tolist()}], "filter": {"tag": ["best"]}}
    answer = await stage.client.post("/v1/search/similar", json=body)
    assert ids(answer.json()) == [images[4]]


async def test_a_moment_without_a_zone_is_refused(stage: Stage) -> None:
    [image] = await library(stage, 1, tagged=set())
    answer = await stage.client.get(f"/v1/images/{image}/similar", params={"taken_after": "2026-01-01T00:00:00"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/taken_after")
