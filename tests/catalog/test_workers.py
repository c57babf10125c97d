"""Workers that share, hear, stop, freeze and die."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.catalog import worker
from services.catalog.services.jobs import scheduler as queue
from services.catalog.storage import listening
from services.kit.testing.apps import TEST_SECRET
from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.serving import eventually

ROOT = Path(__file__).parents[2]
LISTENERS = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"


async def test_two_workers_share_and_nothing_is_done_twice(catalog: RunningCatalog, fakes: Fakes) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(30)]
    async with working(catalog, fakes, workers=2, worker_jobs=4):
        for image in images:
            await catalog.until(image["id"], "ready")
        await catalog.until_idle()
    assert sum(fakes.classifier.counts) == 30
    assert max(fakes.classifier.counts) == queue.TOGETHER
    assert len(fakes.similarity.points) == 30
    assert [call for call, _ in fakes.similarity.calls] == ["PUT"] * 30
    assert await catalog.rows("SELECT count(*) FROM image_labels") == [(150,)]


async def test_a_worker_hears_of_a_job_at_once(
    catalog: RunningCatalog, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "IDLE_S", 60)
    monkeypatch.setattr(listening, "RETRY_S", 0.1)
    async with working(catalog, fakes):
        [(listener,)] = await eventually(lambda: catalog.rows(LISTENERS))
        first = await catalog.upload(a_picture(number=1))
        await catalog.until(first["id"], "ready")
        await catalog.rows(f"SELECT pg_terminate_backend({listener})")
        await eventually(lambda: catalog.rows(f"{LISTENERS} AND pid <> {listener}"))
        second = await catalog.upload(a_picture(number=2))
        await catalog.until(second["id"], "ready")


async def test_a_worker_that_stops_gives_back_what_it_cannot_finish(
    catalog: RunningCatalog, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "DRAIN_S", 0.2)
    image = await catalog.upload()
    fakes.classifier.gate.clear()
    async with working(catalog, fakes):
        await fakes.classifier.begun.wait()
    assert await catalog.rows("SELECT attempts, leased_until <= now() FROM jobs") == [(0, True)]
    assert (await catalog.image(image["id"]))["state"] == "processing"
    fakes.classifier.gate.set()
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")


async def test_a_worker_that_stops_finishes_what_is_under_way_and_begins_nothing(
    catalog: RunningCatalog, fakes: Fakes
) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(3)]
    fakes.classifier.gate.clear()
    async with working(catalog, fakes, worker_jobs=1):
        await fakes.classifier.begun.wait()
        asyncio.get_running_loop().call_later(0.5, fakes.classifier.gate.set)
    states = sorted([(await catalog.image(image["id"]))["state"] for image in images])
    assert states == ["processing", "processing", "ready"]
    assert fakes.classifier.asked == 1


async def test_who_lost_the_lease_writes_nothing(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    fakes.classifier.gate.clear()
    async with working(catalog, fakes):
        await fakes.classifier.begun.wait()
        await catalog.rows("UPDATE jobs SET worker = 'another', attempts = attempts + 1")
        fakes.classifier.gate.set()
        await eventually(lambda: _known(fakes))
        await asyncio.sleep(0.3)
        assert (await catalog.image(image["id"]))["labels"] == []
        assert await catalog.rows("SELECT worker, attempts FROM jobs WHERE kind = 'ingest'") == [("another", 2)]
        await catalog.rows("UPDATE jobs SET leased_until = now() - interval '1 s' WHERE kind = 'ingest'")
        await catalog.rows("NOTIFY pictor_jobs")
        assert len((await catalog.until(image["id"], "ready"))["labels"]) == 5


async def _known(fakes: Fakes) -> bool:
    return bool(fakes.similarity.points)


@asynccontextmanager
async def a_worker_process(catalog: RunningCatalog, fakes: Fakes) -> AsyncIterator[Process]:
    settings = {
        "INTERNAL_SECRET": TEST_SECRET,
        "DATABASE_URL": catalog.settings.database_url.get_secret_value(),
        "STORE_FOLDER": str(catalog.settings.store_folder),
        **{name.upper(): url for name, url in fakes.urls.items()},
    }
    environment = {**os.environ, **{f"PICTOR_{name}": value for name, value in settings.items()}}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.catalog.worker", cwd=ROOT, env=environment
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_what_a_killed_worker_was_at_is_done_by_the_next_once(catalog: RunningCatalog, fakes: Fakes) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(5)]
    fakes.classifier.gate.clear()
    async with a_worker_process(catalog, fakes) as process:
        await asyncio.wait_for(fakes.classifier.begun.wait(), 60)
        process.send_signal(signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
    fakes.classifier.gate.set()
    assert {row[0] for row in await catalog.rows("SELECT leased_until > now() FROM jobs WHERE state = 'leased'")} == {
        True
    }
    async with working(catalog, fakes):
        await asyncio.sleep(0.3)
        assert [(await catalog.image(image["id"]))["state"] for image in images].count("processing") >= 1
        await catalog.rows("UPDATE jobs SET leased_until = now() WHERE state = 'leased'")  # 20 s pass
        await catalog.rows("NOTIFY pictor_jobs")
        for image in images:
            assert len((await catalog.until(image["id"], "ready"))["labels"]) == 5
        await catalog.until_idle()
    assert await catalog.rows("SELECT * FROM jobs") == []
    assert sorted(str(key) for key in fakes.similarity.points) == sorted(image["id"] for image in images)


async def test_a_terminated_worker_ends_well(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    fakes.classifier.gate.clear()
    async with a_worker_process(catalog, fakes) as process:
        await asyncio.wait_for(fakes.classifier.begun.wait(), 60)
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.2)
        fakes.classifier.gate.set()
        assert await asyncio.wait_for(process.wait(), 60) == 0
    assert (await catalog.image(image["id"]))["state"] == "ready"
    assert await catalog.rows("SELECT * FROM jobs") == []
