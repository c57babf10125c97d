"""The classifier is missing: images wait, say why, lose no try, and are done by themselves when it comes back."""

import pytest

from services.catalog.services.jobs import model_gate, scheduler
from tests.catalog.factories import JPEG, RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.serving import eventually


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (model_gate, scheduler):
        monkeypatch.setattr(module, "MODEL_PAUSE_S", 0.2)
    monkeypatch.setattr(model_gate, "DEFER_AFTER_S", 0.1)


async def attempts(catalog: RunningCatalog) -> list[tuple[object, ...]]:
    return await catalog.rows("SELECT kind, state, attempts FROM jobs")


async def test_without_a_model_images_wait_and_say_so(catalog: RunningCatalog, fakes: Fakes) -> None:
    fakes.classifier.trouble = (503, "model_missing")
    first = await catalog.upload(a_picture(number=1))
    async with working(catalog, fakes):
        waiting = await catalog.until(first["id"], "deferred")
        assert (waiting["state_reason"], waiting["labels"]) == ("FAKE: model_missing", [])
        later = await catalog.client.post(
            "/v1/images", content=a_picture(number=2), headers={**JPEG, "prefer": "wait=10"}
        )
        assert (later.status_code, later.json()["state"]) == (201, "deferred")
        assert [found["state"] for found in await catalog.listed(state="deferred")] == ["deferred"] * 2
        assert fakes.classifier.asked <= 2
        fakes.classifier.trouble = None
        for image in (first, later.json()):
            ready = await catalog.until(image["id"], "ready")
            assert (ready["state_reason"], len(ready["labels"])) == (None, 5)
        await catalog.until_idle()
    assert await attempts(catalog) == []


async def test_a_classifier_that_is_not_there_at_all_consumes_no_try(catalog: RunningCatalog, fakes: Fakes) -> None:
    await fakes.take_classifier_away()
    image = await catalog.upload()
    async with working(catalog, fakes):
        waiting = await catalog.until(image["id"], "deferred")
        assert waiting["state_reason"] == "The classifier service is not there; try again shortly."
        await catalog.until_tried(image["id"])
        assert await attempts(catalog) == [("ingest", "queued", 0)]
        await fakes.bring_classifier_back()
        await catalog.until(image["id"], "ready")


async def test_a_classifier_that_dies_at_work_consumes_no_try(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    fakes.classifier.gate.clear()
    async with working(catalog, fakes):
        await fakes.classifier.begun.wait()
        await fakes.take_classifier_away()
        await catalog.until(image["id"], "deferred")
        await catalog.until_tried(image["id"])
        assert await attempts(catalog) == [("ingest", "queued", 0)]
        fakes.classifier.gate.set()
        await fakes.bring_classifier_back()
        await catalog.until(image["id"], "ready")


async def test_the_reason_follows_the_truth(catalog: RunningCatalog, fakes: Fakes) -> None:
    fakes.classifier.trouble = (503, "model_missing")
    image = await catalog.upload()

    async def reason() -> str | None:
        found: str | None = (await catalog.image(image["id"]))["state_reason"]
        return found

    async def says(wanted: str) -> bool:
        return await reason() == wanted

    async with working(catalog, fakes):
        await eventually(lambda: says("FAKE: model_missing"))
        fakes.classifier.trouble = (503, "model_broken")
        await eventually(lambda: says("FAKE: model_broken"))
        fakes.classifier.trouble = None
        await catalog.until(image["id"], "ready")
    assert await reason() is None


async def test_however_many_wait_all_say_so(
    catalog: RunningCatalog, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_gate, "BACKLOG", 2)
    fakes.classifier.trouble = (503, "model_missing")
    images = [await catalog.upload(a_picture(number=number)) for number in range(7)]
    async with working(catalog, fakes, worker_jobs=1):
        for image in images:
            await catalog.until(image["id"], "deferred")
        fakes.classifier.trouble = None
        for image in images:
            await catalog.until(image["id"], "ready")


async def test_deletes_and_changes_go_on_without_a_model(catalog: RunningCatalog, fakes: Fakes) -> None:
    fakes.classifier.trouble = (503, "model_missing")
    image, kept = await catalog.upload(), await catalog.upload(a_picture("blue"))
    async with working(catalog, fakes):
        await catalog.until(image["id"], "deferred")
        await catalog.client.delete(f"/v1/images/{image['id']}?permanent=true")
        await catalog.client.patch(f"/v1/images/{kept['id']}", json={"visibility": "public"})
        await catalog.rows("UPDATE jobs SET run_after = now() WHERE kind = 'purge'")
        await catalog.rows("NOTIFY pictor_jobs")

        async def only_ingest_is_left() -> bool:
            return {kind for kind, *_ in await attempts(catalog)} == {"ingest"}

        await eventually(only_ingest_is_left)
        assert await catalog.rows("SELECT id::text FROM images") == [(kept["id"],)]


async def test_a_busy_classifier_is_asked_again_and_nobody_is_troubled(catalog: RunningCatalog, fakes: Fakes) -> None:
    fakes.classifier.trouble = (503, "inference_busy")
    image = await catalog.upload()
    async with working(catalog, fakes):

        async def asked_often() -> bool:
            return fakes.classifier.asked >= 3

        await eventually(asked_often)
        assert (await catalog.image(image["id"]))["state"] == "processing"
        assert [tries <= 1 for _, _, tries in await attempts(catalog)] == [True]
        fakes.classifier.trouble = None
        await catalog.until(image["id"], "ready")


async def test_a_missing_similarity_service_defers_too(catalog: RunningCatalog, fakes: Fakes) -> None:
    fakes.similarity.trouble = 503
    image = await catalog.upload()
    async with working(catalog, fakes):
        waiting = await catalog.until(image["id"], "deferred")
        assert waiting["state_reason"] == "FAKE trouble"
        fakes.similarity.trouble = None
        await catalog.until(image["id"], "ready")
    assert len(fakes.similarity.points) == 1
