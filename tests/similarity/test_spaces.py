"""Spaces beside each other: listed, promoted, dropped; searches are answered all the while."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from services.similarity.services.spaces import registry
from services.similarity.services.spaces import service as spaces
from services.vision.decoding import DecodeRequest, ModelInput
from tests.photographs import drawn
from tests.similarity.asking import PICTURE, an_upload, axis
from tests.similarity.fakes import SPACE, FakeClassifier, fake_embedding
from tests.similarity.serving import served
from tests.similarity.stage import Stage, ids, point, staged

OTHER = "other_net-ba9876543210"
LISTED = {
    "id",
    "dimension",
    "trained",
    "points",
    "coverage",
    "active",
    "candidate",
    "promoted_at",
    "modes",
    "created_at",
}


@dataclass
class TwoModels:
    """The service with a second classifier, which serves OTHER."""

    stage: Stage
    second: FakeClassifier

    async def fill(self, image_id: UUID, vector: np.ndarray, *, space: str = OTHER) -> int:
        body = {**point(vector, space=space), "make_space": False}
        return (await self.stage.service.put(f"/points/{image_id}", json=body)).status_code

    async def announce(self, dimension: int = 8) -> None:
        body = {"dimension": dimension, "trained": True}
        assert (await self.stage.service.put(f"/internal/spaces/{OTHER}", json=body)).status_code == 204

    async def promote(self, space: str = OTHER, **body: Any) -> Any:
        return await self.stage.client.post(f"/v1/spaces/{space}:promote", json=body)

    async def spaces(self) -> dict[str, dict[str, Any]]:
        answer = await self.stage.client.get("/v1/spaces")
        assert answer.status_code == 200, answer.text
        assert all(set(space) == LISTED for space in answer.json()["items"])
        return {space["id"]: space for space in answer.json()["items"]}


@pytest.fixture
async def models(url: str) -> AsyncIterator[TwoModels]:
    async with two_models(url) as models:
        yield models


@asynccontextmanager
async def two_models(url: str) -> AsyncIterator[TwoModels]:
    second = FakeClassifier(space=OTHER)
    async with served(second.app()) as [candidate_url], staged(url, candidate_url=candidate_url) as stage:
        yield TwoModels(stage, second)


async def test_a_second_space_is_filled_promoted_and_the_first_dropped(models: TwoModels) -> None:
    stage = models.stage
    images = [await stage.put(axis(1, 0.1 * number)) for number in range(4)]
    await models.announce()
    for number, image_id in enumerate(images):
        assert (await stage.similar(images[0]))["space"] == SPACE
        assert await models.fill(image_id, axis(1, -0.1 * number)) == 204
        assert (await models.spaces())[OTHER]["coverage"] == (number + 1) / 4
    listed = await models.spaces()
    assert list(listed) == [OTHER, SPACE]
    assert [listed[space]["active"] for space in (SPACE, OTHER)] == [True, False]
    assert [listed[space]["candidate"] for space in (SPACE, OTHER)] == [False, True]

    promoted = await models.promote()
    assert promoted.status_code == 200
    assert (promoted.json()["active"], promoted.json()["candidate"], promoted.json()["coverage"]) == (True, False, 1.0)
    again = await models.promote()
    assert again.json()["promoted_at"] == promoted.json()["promoted_at"] is not None
    answer = await stage.similar(images[0])
    assert (answer["space"], answer["coverage"], len(answer["items"])) == (OTHER, 1.0, 3)

    assert (await stage.client.delete(f"/v1/spaces/{SPACE}")).status_code == 204
    assert list(await models.spaces()) == [OTHER]
    assert (await stage.client.delete(f"/v1/spaces/{SPACE}")).json()["code"] == "unknown_space"


async def test_a_space_that_lacks_images_is_promoted_only_by_force(models: TwoModels) -> None:
    images = [await models.stage.put(axis(1, number)) for number in range(3)]
    await models.announce()
    await models.fill(images[0], axis(1))
    refused = await models.promote()
    assert (refused.status_code, refused.json()["code"]) == (409, "coverage_incomplete")
    assert "1 of 3 images (coverage 0.3333)" in refused.json()["detail"]
    assert (await models.stage.similar(images[0]))["space"] == SPACE
    assert (await models.promote(force=True)).status_code == 200
    assert (await models.stage.similar(images[0]))["space"] == OTHER
    assert (await models.promote(SPACE)).status_code == 200
    assert (await models.stage.similar(images[0]))["space"] == SPACE


async def test_what_answers_is_not_dropped_and_what_is_not_there_not_promoted(models: TwoModels) -> None:
    image = await models.stage.put(axis(1))
    await models.announce()
    await models.fill(image, axis(1))
    for promoting, active in ((None, SPACE), (OTHER, OTHER)):
        if promoting:
            await models.promote(promoting)
        refused = await models.stage.client.delete(f"/v1/spaces/{active}")
        assert (refused.status_code, refused.json()["code"]) == (409, "space_active")
    for path in ("nowhere:promote", "no%20space:promote", "..:promote"):
        answer = await models.stage.client.post(f"/v1/spaces/{path}", json={})
        assert answer.status_code in {404, 422}, answer.text
    assert (await models.promote(OTHER, extra=1)).status_code == 422
    assert (await models.spaces())[OTHER]["active"]


async def test_the_classifier_that_serves_the_promoted_space_embeds_pictures(models: TwoModels) -> None:
    stage, pictures = models.stage, [drawn(seed) for seed in (1, 2)]
    images = [await stage.keep(picture) for picture in pictures]
    await models.announce(2048)
    for image_id in images:
        await models.fill(image_id, fake_embedding(await pixels(stage, image_id)))
    assert (await stage.client.post(PICTURE, **an_upload(pictures[0]))).json()["space"] == SPACE
    assert (len(stage.classifier.batches), len(models.second.batches)) == (1, 0)
    await models.promote()
    answer = (await stage.client.post(PICTURE, **an_upload(pictures[0]))).json()
    assert (answer["space"], ids(answer)[0]) == (OTHER, images[0])
    assert (len(stage.classifier.batches), len(models.second.batches)) == (1, 1)


async def test_without_a_classifier_for_it_a_promoted_space_answers_by_image_alone(
    models: TwoModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spaces, "KEPT_S", 0)
    monkeypatch.setattr(spaces, "NOT_READY_KEPT_S", 0)
    stage = models.stage
    images = [await stage.put(axis(1, number)) for number in range(2)]
    await models.announce()
    for image_id in images:
        await models.fill(image_id, axis(1))
    await models.promote()
    models.second.space = "third_net-000000000000"
    assert (await stage.similar(images[0]))["space"] == OTHER
    refused = await stage.client.post(PICTURE, **an_upload(drawn(1)))
    assert (refused.status_code, refused.json()["code"]) == (503, "model_not_ready")
    assert f"No classifier serves the model space {OTHER}" in refused.json()["detail"]
    assert refused.headers["retry-after"] == "15"
    models.second.space = OTHER
    assert (
        await stage.client.post(PICTURE, **an_upload(drawn(1)))
    ).status_code == 422  # 2,048 components on 8: it asks


async def test_a_promotion_reaches_another_replica_in_time(models: TwoModels, url: str) -> None:
    assert registry.KEPT_S < 5
    image = await models.stage.put(axis(1))
    await models.announce()
    await models.fill(image, axis(1))
    async with two_models(url) as replica:
        replica.stage.catalog.images = models.stage.catalog.images
        assert (await replica.stage.similar(image))["space"] == SPACE
        began = time.monotonic()
        await models.promote()
        while (await replica.stage.similar(image))["space"] != OTHER:
            assert time.monotonic() - began < 60
            await asyncio.sleep(0.1)
        assert (await replica.spaces())[OTHER]["active"]


async def test_of_several_who_promote_at_once_one_space_is_promoted(models: TwoModels) -> None:
    image = await models.stage.put(axis(1))
    await models.announce()
    await models.fill(image, axis(1))
    answers = await asyncio.gather(*(models.promote(space) for space in (SPACE, OTHER) * 5))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert {answer.json().get("code") for answer in answers if answer.status_code == 409} <= {"space_busy"}
    listed = (await models.spaces()).values()
    assert sum(space["active"] for space in listed) == 1
    assert sum(space["promoted_at"] is not None for space in listed) == 1


@pytest.mark.parametrize("change", ["promote", "drop"])
async def test_no_connection_is_held_while_another_service_is_asked(
    models: TwoModels, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """A catalog, or a classifier, that takes its time must not take the connections of those who search."""
    monkeypatch.setattr(spaces, "KEPT_S", 0)
    image = await models.stage.put(axis(1))
    await models.announce()
    await models.fill(image, axis(1))
    slow = models.stage.catalog.slow if change == "promote" else models.stage.classifier.slow
    slow.begun.clear()
    slow.may.clear()
    asked = models.promote() if change == "promote" else models.stage.client.delete(f"/v1/spaces/{OTHER}")
    answer = asyncio.create_task(asked)
    await asyncio.wait_for(slow.begun.wait(), 30)
    held = models.stage.app.state.database.engine.pool.checkedout()
    slow.may.set()
    assert held == 0
    assert (await answer).status_code == (200 if change == "promote" else 204)


async def test_a_candidate_does_not_answer_by_being_the_newest(
    models: TwoModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spaces, "KEPT_S", 0)
    image = await models.stage.put(axis(1))
    await models.announce()
    await models.fill(image, axis(1))
    models.stage.classifier.state = "loading"
    assert (await models.stage.similar(image))["space"] == SPACE


async def test_a_dropped_space_is_not_made_again_by_who_still_fills_it(models: TwoModels) -> None:
    image = await models.stage.put(axis(1))
    assert await models.fill(image, axis(1)) == 404
    await models.announce()
    await models.announce()
    assert await models.fill(image, axis(1)) == 204
    assert (await models.stage.client.delete(f"/v1/spaces/{OTHER}")).status_code == 204
    assert await models.fill(image, axis(1)) == 404
    assert list(await models.spaces()) == [SPACE]


async def test_announcing_is_for_services(models: TwoModels) -> None:
    body = {"dimension": 8, "trained": True}
    assert (await models.stage.client.put(f"/internal/spaces/{OTHER}", json=body)).status_code == 403
    assert (await models.stage.client.get("/internal/spaces:answering")).status_code == 403
    answering = await models.stage.service.get("/internal/spaces:answering")
    assert answering.json() == {"active": None, "promoted": None, "promoted_at": None, "spaces": 0}


async def pixels(stage: Stage, image_id: UUID) -> np.ndarray:
    decoded = await stage.decoder.decode_bytes(
        stage.catalog.images[image_id].content, DecodeRequest(model_input=ModelInput(299))
    )
    assert decoded.model_input is not None
    return decoded.model_input
