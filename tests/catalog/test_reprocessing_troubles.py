"""Reprocessing where something is away, broken, deleted or dropped."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from services.catalog.services.errors import OriginalLost
from services.catalog.storage.objects.keys import model_input_key, original_key
from services.kit.testing.postgres import TestPostgres
from tests.catalog.fakes import SPACE
from tests.catalog.reprocessing import HALF, OTHER, TwoModels, hurry, the_ids, two_models
from tests.catalog.serving import eventually


@pytest.fixture
async def models(postgres: TestPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TwoModels]:
    hurry(monkeypatch)
    async with two_models(postgres, tmp_path) as models:
        yield models


async def test_a_model_that_is_away_is_waited_for(models: TwoModels) -> None:
    images = await models.kept(4)
    models.second.trouble = (503, "model_missing")
    operation = await models.begin()
    async with models.working():
        await eventually(lambda: models.catalog.rows("SELECT 1 FROM operations WHERE error IS NOT NULL"))
        waiting = await models.operation(operation)
        assert waiting["error"].startswith(f"No classifier serves another space than {SPACE}")
        assert waiting["error"].endswith("FAKE: model_missing")
        assert (waiting["state"], waiting["progress"]) == ("running", {"done": 0, "failed": 0, "total": 4})
        models.second.trouble = None
        over = await models.until(operation, state="succeeded")
    assert (over["progress"], over["error"]) == ({"done": 4, "failed": 0, "total": 4}, None)
    assert set(models.filled) == the_ids(images)


async def test_a_busy_model_fails_no_image(models: TwoModels) -> None:
    await models.kept(4)
    operation = await models.begin("active")
    models.fakes.classifier.trouble = (503, "inference_busy")
    async with models.working():
        await models.until(operation, error="FAKE: inference_busy")
        await asyncio.sleep(0.5)
        models.fakes.classifier.trouble = None
        over = await models.until(operation, state="succeeded")
    assert over["progress"] == {"done": 4, "failed": 0, "total": 4}


async def test_an_image_that_cannot_be_done_does_not_stop_the_rest(models: TwoModels) -> None:
    images = await models.kept(10)
    broken, lost = images[3]["id"], images[8]["id"]
    folder = models.catalog.settings.store_folder
    assert folder is not None
    for image_id in (broken, lost):
        (folder / model_input_key(UUID(image_id))).unlink()
    (folder / original_key(UUID(broken))).write_bytes(b"\xff\xd8\xff not a picture")
    (folder / original_key(UUID(lost))).unlink()
    operation = await models.begin()
    async with models.working():
        over = await models.until(operation, state="succeeded")
    assert over["progress"] == {"done": 8, "failed": 2, "total": 10}
    reasons = {failure["image_id"]: failure["reason"] for failure in over["failures"]}
    assert set(reasons) == {broken, lost}
    assert reasons[lost] == reasons[broken] == OriginalLost().detail
    assert set(models.filled) == the_ids(images) - {UUID(broken), UUID(lost)}


async def test_an_image_deleted_meanwhile_leaves_no_vector(models: TwoModels) -> None:
    images = await models.kept(6)
    operation = await models.begin()
    models.second.gate.clear()
    async with models.working():
        await models.second.begun.wait()
        models.second.gate.set()
        models.fakes.similarity.gates["PUT"] = gate = asyncio.Event()
        await eventually(lambda: _putting(models))
        assert (await models.catalog.client.delete(f"/v1/images/{images[0]['id']}")).status_code == 204
        gate.set()
        over = await models.until(operation, state="succeeded")
        await eventually(lambda: _lacks(models, images[0]))
        await models.catalog.until_idle()
    assert over["progress"]["failed"] == 0
    assert set(models.filled) == the_ids(images[1:])


async def test_a_space_dropped_meanwhile_ends_the_operation(models: TwoModels) -> None:
    await models.kept(12)
    models.second.holds_after = HALF
    operation = await models.begin()
    async with models.working():
        await models.halfway()
        models.fakes.similarity.beside.clear()
        models.go_on()
        over = await models.until(operation, state="failed")
        assert over["error"] == f"The model space {OTHER} was dropped meanwhile."
        assert models.fakes.similarity.beside == {}


async def test_a_candidate_that_serves_the_active_space_is_waited_for_and_may_be_cancelled(models: TwoModels) -> None:
    await models.kept(1)
    models.second.space = SPACE
    operation = await models.begin()
    async with models.working():
        await eventually(lambda: models.catalog.rows("SELECT 1 FROM operations WHERE error IS NOT NULL"))
        found = await models.operation(operation)
        assert (found["state"], found["parameters"]["space"]) == ("running", None)
        assert f"No classifier serves another space than {SPACE}" in found["error"]
        await models.say(operation, "cancel")
    assert models.fakes.similarity.beside == {}


async def _lacks(models: TwoModels, image: dict[str, str]) -> bool:
    return UUID(image["id"]) not in models.filled


async def _putting(models: TwoModels) -> bool:
    return bool([call for call, _ in models.fakes.similarity.calls if call == "PUT"])
