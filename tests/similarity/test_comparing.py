"""POST /v1/spaces:compare: how far two spaces agree."""

from typing import Any

import numpy as np
import pytest

from services.kit.testing.apps import a_user
from tests.similarity.fakes import SPACE
from tests.similarity.stage import Stage, point

OTHER = "other_net-ba9876543210"


async def compared(stage: Stage, **body: Any) -> dict[str, Any]:
    answer = await stage.client.post("/v1/spaces:compare", json={"a": SPACE, "b": OTHER, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def circle(number: int, *, of: int = 12) -> np.ndarray:
    turn = np.pi * number / of / 2
    return np.array([np.cos(turn), np.sin(turn), 0, 0], np.float32)


async def keep(stage: Stage, numbers: list[int], *, other: list[int]) -> None:
    for first, second in zip(numbers, other, strict=True):
        image_id = await stage.put(circle(first))
        await stage.service.put(f"/points/{image_id}", json=point(circle(second), space=OTHER))


async def test_the_same_order_overlaps_wholly(stage: Stage) -> None:
    await keep(stage, list(range(12)), other=list(range(12)))
    answer = await compared(stage, limit=3)
    assert (answer["sampled"], answer["compared"], answer["limit"]) == (12, 12, 3)
    assert answer["overlap"] == {
        "mean": 1.0, "least": 1.0, "p10": 1.0, "median": 1.0, "p90": 1.0, "histogram": [0] * 10 + [12],
    }  # fmt: skip
    assert (answer["a"]["id"], answer["b"]["id"]) == (SPACE, OTHER)
    assert (answer["a"]["coverage"], answer["b"]["coverage"]) == (1.0, 1.0)


async def test_another_order_overlaps_in_part(stage: Stage) -> None:
    """Every other image goes to the far end: of the two nearest, one is left to those in the middle."""
    order = [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]
    await keep(stage, list(range(12)), other=order)
    answer = await compared(stage, limit=2)
    neighbours = [_nearest(number, list(range(12))) & _nearest(number, order) for number in range(12)]
    assert answer["overlap"]["mean"] == pytest.approx(sum(len(both) / 2 for both in neighbours) / 12)
    assert sum(answer["overlap"]["histogram"]) == 12


def _nearest(number: int, order: list[int]) -> set[int]:
    """The two nearest on the circle; of equals the first."""
    others = sorted((abs(order[other] - order[number]), other) for other in range(12) if other != number)
    return {other for _, other in others[:2]}


async def test_images_of_others_do_not_count_for_an_owner(stage: Stage) -> None:
    await keep(stage, [0, 1], other=[0, 1])
    alone = await stage.put(circle(2), owner=a_user(2))
    await stage.service.put(f"/points/{alone}", json=point(circle(2), space=OTHER, owner=a_user(2)))
    answer = await compared(stage)
    assert (answer["sampled"], answer["compared"]) == (3, 2)
    assert answer["overlap"]["mean"] == 1.0


async def test_nothing_in_common_to_compare(stage: Stage) -> None:
    await stage.put(circle(0))
    image_id = await stage.put(circle(1), space=OTHER)
    answer = await compared(stage, sample=1)
    assert (answer["sampled"], answer["compared"], answer["overlap"]["mean"]) == (1, 0, None)
    assert answer["overlap"]["histogram"] == [0] * 11
    assert (answer["a"]["points"], answer["b"]["points"]) == (1, 1)
    assert image_id


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"b": "nowhere"}, 404, "unknown_space"),
        ({"sample": 201}, 422, "validation_failed"),
        ({"sample": 0}, 422, "validation_failed"),
        ({"limit": 0}, 422, "validation_failed"),
        ({"a": "no space"}, 422, "validation_failed"),
        ({"mode": "exact"}, 422, "validation_failed"),
    ],
)
async def test_what_cannot_be_compared(stage: Stage, body: dict[str, Any], status: int, code: str) -> None:
    await keep(stage, [0], other=[0])
    answer = await stage.client.post("/v1/spaces:compare", json={"a": SPACE, "b": OTHER, **body})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
