"""Images labelled together: one that cannot be done does not spoil the others, and an outage costs few tries."""

import asyncio

import pytest

from services.catalog.services.jobs import model_gate, scheduler
from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (model_gate, scheduler):
        monkeypatch.setattr(module, "MODEL_PAUSE_S", 0.2)
    monkeypatch.setattr(model_gate, "DEFER_AFTER_S", 0.1)


async def test_one_whose_bytes_are_lost_does_not_spoil_the_others(catalog: RunningCatalog, fakes: Fakes) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(4)]
    folder = catalog.settings.store_folder
    assert folder is not None
    lost = images[2]["id"]
    for path in [path for path in folder.rglob("*") if lost in str(path) and path.is_file()]:
        path.unlink()
    async with working(catalog, fakes):
        for image in images:
            if image["id"] != lost:
                await catalog.until(image["id"], "ready")
        await catalog.until_tried(lost)
    [(attempts, error)] = await catalog.rows("SELECT attempts, error FROM jobs")
    assert (attempts > 0, error.partition(":")[0]) == (True, "OriginalLost")
    assert len(fakes.similarity.points) == 3


async def test_one_that_the_engine_always_fails_on_is_parked_and_the_others_are_done(
    catalog: RunningCatalog, fakes: Fakes
) -> None:
    good = [await catalog.upload(a_picture(number=number, colour="green")) for number in range(3)]
    bad = await catalog.upload(a_picture(number=9, colour="red"))
    fakes.classifier.poison = "red"
    async with working(catalog, fakes):
        for image in good:
            await catalog.until(image["id"], "ready")
        for _ in range(40):
            await catalog.hurry()
            if (await catalog.image(bad["id"]))["state"] == "failed":
                break
            await asyncio.sleep(0.2)
    assert (await catalog.image(bad["id"]))["state"] == "failed"
    assert await catalog.rows("SELECT state, attempts FROM jobs") == [("parked", 5)]


async def test_an_engine_that_fails_on_everything_parks_nothing(catalog: RunningCatalog, fakes: Fakes) -> None:
    fakes.classifier.trouble = (503, "inference_failed")
    images = [await catalog.upload(a_picture(number=number)) for number in range(3)]
    async with working(catalog, fakes):
        for image in images:
            await catalog.until(image["id"], "deferred")
        await asyncio.sleep(1)
        assert await catalog.rows("SELECT DISTINCT state, attempts FROM jobs WHERE state <> 'leased'") == [
            ("queued", 0)
        ]
        fakes.classifier.trouble = None
        for image in images:
            await catalog.until(image["id"], "ready")


async def test_an_outage_costs_few_attempts_and_one_image_goes_first_when_it_ends(
    catalog: RunningCatalog, fakes: Fakes
) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(40)]
    fakes.classifier.trouble = (503, "inference_failed")
    fakes.classifier.state_lies = True
    async with working(catalog, fakes):
        await catalog.until(images[0]["id"], "deferred")
        await asyncio.sleep(2)
        during = fakes.classifier.tried
        fakes.classifier.trouble = None
        before = len(fakes.classifier.counts)
        for image in images:
            await catalog.until(image["id"], "ready")
    assert fakes.classifier.counts[before] == 1
    assert during <= 0.8 * 40  # ten probes of one image beside what was under way


async def test_busy_answers_are_asked_less_and_less_often(catalog: RunningCatalog, fakes: Fakes) -> None:
    fakes.classifier.trouble = (503, "inference_busy")
    image = await catalog.upload()
    async with working(catalog, fakes):
        await asyncio.sleep(1.2)
        assert fakes.classifier.asked <= 8
        fakes.classifier.trouble = None
        await catalog.until(image["id"], "ready")
