"""Jobs that fail: tried five times with growing pauses, then parked, and never in the way of others."""

import hashlib
import logging

import pytest

from services.catalog.services.images import model_input
from services.catalog.services.jobs import retry, scheduler
from services.catalog.storage.jobs import MAX_LOST, backoff_s
from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.serving import eventually

GOAT = b"eaten by a goat"


async def test_a_failing_job_is_parked_after_five_tries(
    catalog: RunningCatalog, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred seconds more between tries give the test the time to look."""
    monkeypatch.setattr(retry, "backoff_s", lambda attempts: 100 + backoff_s(attempts))
    fakes.classifier.trouble = (500, "broken")
    image = await catalog.upload()
    async with working(catalog, fakes):
        for attempt in range(1, 5):
            await eventually(lambda: catalog.rows("SELECT 1 FROM jobs WHERE state = 'queued' AND run_after > now()"))
            [(tries, pause)] = await catalog.rows(
                "SELECT attempts, extract(epoch FROM run_after - now())::float FROM jobs"
            )
            assert tries == attempt
            assert pause == pytest.approx(100 + 4 ** (attempt - 1), abs=5)
            assert (await catalog.image(image["id"]))["state"] == "processing"
            await catalog.hurry()
        failed = await catalog.until(image["id"], "failed")
    assert failed["state_reason"] == "The classifier service failed (500)."
    assert fakes.classifier.asked == 5
    error = "UpstreamFailed: The classifier service failed (500)."
    assert await catalog.rows("SELECT kind, state, attempts, error FROM jobs") == [("ingest", "parked", 5, error)]


async def test_a_parked_job_is_tried_afresh_when_someone_asks(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    await catalog.rows("UPDATE jobs SET state = 'parked', attempts = 5, error = 'why'")
    await catalog.rows("UPDATE images SET state = 'failed', state_reason = 'why'")
    async with working(catalog, fakes):
        answer = await catalog.client.post(f"/v1/images/{image['id']}:reprocess")
        assert (answer.status_code, answer.json()["state"], answer.json()["state_reason"]) == (202, "processing", None)
        await catalog.until(image["id"], "ready")
        await catalog.until_idle()
    assert await catalog.rows("SELECT state FROM jobs") == []


async def test_one_that_fails_does_not_hold_up_the_others(catalog: RunningCatalog, fakes: Fakes) -> None:
    del fakes.classifier.says["blue"]  # of which the fake then knows nothing to say: it fails
    bad = await catalog.upload(a_picture("blue"))
    good = [await catalog.upload(a_picture("red", number=number)) for number in range(5)]
    async with working(catalog, fakes, worker_jobs=2):
        for image in good:
            await catalog.until(image["id"], "ready")
        assert (await catalog.image(bad["id"]))["state"] == "processing"
        [(tries,)] = await catalog.rows("SELECT attempts FROM jobs")
        assert tries >= 1


async def test_an_original_that_cannot_be_decoded_any_more_fails_alone(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    assert catalog.settings.store_folder is not None
    for name in ("model-input", "original"):
        [path] = catalog.settings.store_folder.rglob(name)
        path.write_bytes(GOAT)
    await catalog.rows(
        "UPDATE images SET sha256 = :sha256, bytes = :size", sha256=hashlib.sha256(GOAT).hexdigest(), size=len(GOAT)
    )
    await catalog.rows("UPDATE jobs SET attempts = 4")
    async with working(catalog, fakes):
        failed = await catalog.until(image["id"], "failed")
    assert failed["state_reason"].startswith("This is not an image that is known here. Taken are JPEG, PNG, WebP, GIF")
    assert fakes.classifier.asked == 0


async def test_what_is_said_of_our_own_mistakes_gives_nothing_away(
    catalog: RunningCatalog, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = await catalog.upload()

    def mistaken(*_: object) -> None:
        raise KeyError("/a/path/of/ours")

    monkeypatch.setattr(model_input, "unpacked", mistaken)
    await catalog.rows("UPDATE jobs SET attempts = 4")
    async with working(catalog, fakes):
        failed = await catalog.until(image["id"], "failed")
    assert failed["state_reason"] == retry.OUR_MISTAKE
    [(error,)] = await catalog.rows("SELECT error FROM jobs")
    assert error.startswith("KeyError: ")


async def test_a_job_that_kills_its_workers_is_given_up(
    catalog: RunningCatalog, fakes: Fakes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scheduler, "LEASE_S", 0.4)
    image = await catalog.upload()
    await catalog.rows(
        "UPDATE jobs SET state = 'leased', worker = 'gone', attempts = :n, leased_until = now() - interval '1 s'",
        n=MAX_LOST,
    )
    with caplog.at_level(logging.ERROR, "pictor.worker"):
        async with working(catalog, fakes):
            failed = await catalog.until(image["id"], "failed")
    assert failed["state_reason"] == retry.LOST
    assert fakes.classifier.asked == 0
    assert "is given up" in caplog.text
