"""The whole library again, with the active model or into the space of a second one: twice, halfway, at once, gone."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.kit.testing.postgres import TestPostgres
from tests.catalog.fakes import CATS, DOGS, SPACE
from tests.catalog.pictures import a_picture
from tests.catalog.reprocessing import HALF, OTHER, TwoModels, hurry, the_ids, two_models
from tests.catalog.serving import eventually
from tests.catalog.test_workers import a_worker_process


@pytest.fixture
async def models(postgres: TestPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TwoModels]:
    hurry(monkeypatch)
    async with two_models(postgres, tmp_path) as models:
        yield models


async def test_the_candidate_fills_its_own_space_and_leaves_the_labels(models: TwoModels) -> None:
    images = await models.library(6)
    before = [await models.catalog.image(image["id"]) for image in images]
    points = dict(models.fakes.similarity.points)
    operation = await models.begin()
    async with models.working(workers=2):
        over = await models.until(operation, state="succeeded")
    assert over["progress"] == {"done": 6, "failed": 0, "total": 6}
    assert over["parameters"] == {"model": "candidate", "space": OTHER}
    assert (over["error"], over["failures"], over["finished_at"] is not None) == (None, [], True)
    assert set(models.filled) == the_ids(images)
    assert {point["space"] for point in models.filled.values()} == {OTHER}
    assert all(point["label_ids"] == sorted(DOGS) for point in models.filled.values())
    assert models.fakes.similarity.points == points
    assert [await models.catalog.image(image["id"]) for image in images] == before
    assert sum(models.fakes.classifier.counts) == 6
    assert models.second.asked == 6
    assert set(models.second.priorities) == {3}


async def test_the_active_model_gives_new_labels_and_vectors(models: TwoModels) -> None:
    images = await models.library(3)
    models.fakes.classifier.says["red"] = CATS
    models.fakes.classifier.space = "inception_v3-000000000001"
    models.fakes.classifier.priorities.clear()
    operation = await models.begin("active")
    async with models.working():
        over = await models.until(operation, state="succeeded")
        await models.catalog.until_idle()
    assert over["progress"] == {"done": 3, "failed": 0, "total": 3}
    for image in images:
        labels = (await models.catalog.image(image["id"]))["labels"]
        assert [(label["id"], label["model"]) for label in labels] == [
            (label_id, "inception_v3-000000000001") for label_id in CATS
        ]
    assert {tuple(point["label_ids"]) for point in models.fakes.similarity.points.values()} == {tuple(sorted(CATS))}
    assert {point["space"] for point in models.fakes.similarity.points.values()} == {"inception_v3-000000000001"}
    assert set(models.fakes.classifier.priorities) == {3}
    assert len(await models.catalog.listed(q="cat")) == 3
    assert models.second.asked == 0


async def test_what_comes_meanwhile_and_later_is_filled_too(models: TwoModels) -> None:
    first = await models.library(3)
    operation = await models.begin()
    meanwhile = await models.catalog.upload(a_picture(number=100))
    async with models.working():
        await models.until(operation, state="succeeded")
        assert set(models.filled) == the_ids([*first, meanwhile])
        later = await models.catalog.upload(a_picture(number=101))
        await eventually(lambda: _has(models, later))
        await models.catalog.until_idle()
        told = models.filled[UUID(later["id"])]
        await eventually(lambda: _labelled(told))
    assert (await models.operation(operation))["progress"] == {"done": 3, "failed": 0, "total": 3}
    assert models.second.asked == 5


async def test_once_promoted_the_second_classifier_takes_uploads_and_nothing_is_left_out(models: TwoModels) -> None:
    await models.kept(2)
    operation = await models.begin()
    async with models.working():
        await models.until(operation, state="succeeded")
        models.fakes.similarity.promoted = OTHER, datetime.now(UTC)
        await asyncio.sleep(0.2)
        asked = models.fakes.classifier.asked
        image = await models.catalog.upload(a_picture("green", number=7))
        labels = (await models.catalog.until(image["id"], "ready"))["labels"]
        assert {label["model"] for label in labels} == {OTHER}
        assert UUID(image["id"]) in models.filled
        assert models.fakes.classifier.asked == asked
        models.fakes.similarity.promoted = OTHER, datetime.now(UTC) - timedelta(minutes=10)
        await eventually(lambda: models.catalog.rows("SELECT 1 FROM operations WHERE NOT following"))


async def test_without_a_classifier_for_the_promoted_space_uploads_wait_and_say_why(models: TwoModels) -> None:
    models.fakes.similarity.promoted = "inception_v3-ffffffffffff", datetime.now(UTC)
    async with models.working():
        image = await models.catalog.upload(a_picture())
        waiting = await models.catalog.until(image["id"], "deferred")
        assert "No classifier serves the model space inception_v3-ffffffffffff" in waiting["state_reason"]
        models.fakes.similarity.promoted = SPACE, datetime.now(UTC)
        await models.catalog.until(image["id"], "ready")


async def test_a_pause_keeps_the_place_and_a_resumed_operation_does_all(models: TwoModels) -> None:
    images = await models.kept(12)
    operation = await models.begin()
    models.second.gate.clear()
    async with models.working():
        await models.second.begun.wait()
        await models.say(operation, "pause")
        await eventually(lambda: models.catalog.rows("SELECT 1 FROM operations WHERE worker IS NULL"))
        models.second.gate.set()
        await asyncio.sleep(0.3)
        asked = models.second.asked
        await asyncio.sleep(0.3)
        assert models.second.asked == asked < 5
        assert (await models.operation(operation))["state"] == "paused"
        await models.say(operation, "resume")
        over = await models.until(operation, state="succeeded")
    assert over["progress"] == {"done": 12, "failed": 0, "total": 12}
    assert set(models.filled) == the_ids(images)


async def test_a_cancelled_operation_stops_within_a_page_and_another_begins(models: TwoModels) -> None:
    images = await models.kept(12)
    models.second.holds_after = HALF
    operation = await models.begin()
    async with models.working():
        await models.halfway()
        await models.say(operation, "cancel")
        await eventually(lambda: models.catalog.rows("SELECT 1 FROM operations WHERE worker IS NULL"))
        models.go_on()
        asked = models.second.asked
        await asyncio.sleep(0.3)
        assert models.second.asked == asked < 12
        again = await models.begin()
        over = await models.until(again, state="succeeded")
    assert over["progress"] == {"done": 12, "failed": 0, "total": 12}
    assert set(models.filled) == the_ids(images)
    assert (await models.operation(operation))["state"] == "cancelled"


async def test_another_worker_takes_over_from_one_that_vanished(models: TwoModels) -> None:
    images = await models.kept(10)
    operation = await models.begin()
    models.second.gate.clear()
    async with models.working():
        await models.second.begun.wait()
        await models.catalog.rows("UPDATE operations SET worker = 'gone', leased_until = now() + interval '1 day'")
        models.second.gate.set()
        await asyncio.sleep(0.5)
        stuck = await models.operation(operation)
        assert (stuck["state"], stuck["progress"]["done"]) == ("running", 0)  # who lost the lease counts nothing
        await models.catalog.rows("UPDATE operations SET leased_until = now()")
        over = await models.until(operation, state="succeeded")
    assert over["progress"] == {"done": 10, "failed": 0, "total": 10}
    assert set(models.filled) == the_ids(images)


async def test_a_worker_that_stops_gives_the_operation_back_halfway(models: TwoModels) -> None:
    images = await models.kept(12)
    models.second.holds_after = HALF
    operation = await models.begin()
    async with models.working():
        await models.halfway()
    models.go_on()
    halfway = await models.operation(operation)
    assert (halfway["state"], halfway["progress"]["done"] < 12) == ("running", True)
    assert await models.catalog.rows("SELECT worker FROM operations") == [(None,)]
    async with models.working(workers=2):
        over = await models.until(operation, state="succeeded")
    assert over["progress"] == {"done": 12, "failed": 0, "total": 12}
    assert set(models.filled) == the_ids(images)


async def test_what_a_killed_worker_was_at_is_gone_on_with(models: TwoModels) -> None:
    images = await models.kept(12)
    models.second.holds_after = HALF
    operation = await models.begin()
    fakes = replace(models.fakes, urls={**models.fakes.urls, "candidate_url": models.candidate_url})
    async with a_worker_process(models.catalog, fakes) as process:
        await models.halfway()
        process.send_signal(signal.SIGKILL)
        await process.wait()
    models.go_on()
    [(done, leased)] = await models.catalog.rows("SELECT done, leased_until > now() FROM operations")
    assert (done <= HALF, leased) == (True, True)
    await models.catalog.rows("UPDATE operations SET leased_until = now()")  # 20 s pass
    async with models.working():
        over = await models.until(operation, state="succeeded")
    assert over["progress"] == {"done": 12, "failed": 0, "total": 12}
    assert set(models.filled) == the_ids(images)


async def _has(models: TwoModels, image: dict[str, str]) -> bool:
    return UUID(image["id"]) in models.filled


async def _labelled(told: dict[str, object]) -> bool:
    return told["label_ids"] == sorted(DOGS)
