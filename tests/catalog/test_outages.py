"""The database goes away and comes back; bodies stop coming."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import pytest
from sqlalchemy import text

from services.catalog.services.streams.events import LOOK_EVERY_S
from services.catalog.storage.objects import folder
from services.kit.http import uploads
from services.kit.testing.apps import a_user
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import JPEG, NOTHING, RunningCatalog, running_catalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem


class MovablePostgres:
    """The server by another address, a link to its socket, which can be taken away."""

    def __init__(self, postgres: TestPostgres, link: Path) -> None:
        self._postgres = postgres
        self._link = link
        self._socket = ""

    async def create(self, service: str, *, ctype: str | None = None) -> str:
        url = await self._postgres.create(service, ctype=ctype)
        base, _, host = url.partition("?host=")
        self._socket = unquote(host)
        await self.bring_back()
        return f"{base}?host={quote(str(self._link), safe='')}"

    async def drop(self, url: str) -> None:
        await self._postgres.drop(url)

    async def bring_back(self) -> None:
        await asyncio.to_thread(self._link.symlink_to, self._socket)

    async def take_away(self, catalog: RunningCatalog) -> None:
        """End every connection, and let no new one be made."""
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        async with catalog.app.state.database.engine.begin() as connection:
            await asyncio.to_thread(self._link.unlink)
            await connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        await catalog.app.state.database.engine.dispose()


@pytest.fixture
def movable(postgres: TestPostgres, tmp_path: Path) -> MovablePostgres:
    return MovablePostgres(postgres, tmp_path / "socket")


@pytest.fixture
async def moved(movable: MovablePostgres, tmp_path: Path) -> AsyncIterator[RunningCatalog]:
    async with running_catalog(movable, tmp_path) as catalog:  # type: ignore[arg-type]
        yield catalog


async def test_without_its_database_it_says_try_again(moved: RunningCatalog, movable: MovablePostgres) -> None:
    image = await moved.upload()
    before = moved.objects()
    await movable.take_away(moved)
    here = f"/v1/images/{image['id']}"
    answers = [
        await moved.client.post("/v1/images", content=a_picture(number=1), headers=JPEG),
        await moved.client.get("/v1/images"),
        await moved.client.get(here),
        await moved.client.patch(here, json={"title": "x"}),
        await moved.client.delete(here),
        await moved.client.get(f"{here}/content"),
        await moved.client.get("/v1/labels"),
        await moved.client.post("/v1/collections", json={"name": "x"}),
    ]
    for answer in answers:
        assert_problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "5"
    ready = await moved.client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["store"]) == (503, "ok")
    assert moved.objects() == before
    await movable.bring_back()
    assert await moved.image(image["id"]) == image
    assert (await moved.client.get("/readyz")).status_code == 200


async def test_a_worker_outlives_its_database(moved: RunningCatalog, movable: MovablePostgres, fakes: Fakes) -> None:
    first, second = await moved.upload(a_picture(number=1)), await moved.upload(a_picture(number=2))
    fakes.classifier.gate.clear()
    async with working(moved, fakes):
        await fakes.classifier.begun.wait()
        await movable.take_away(moved)
        fakes.classifier.gate.set()
        await asyncio.sleep(0.5)  # nobody can write down what came out
        await movable.bring_back()
        await moved.rows("UPDATE jobs SET leased_until = now() WHERE state = 'leased'")  # 20 s pass
        for image in (first, second):
            await moved.until(image["id"], "ready")
    assert await moved.rows("SELECT * FROM jobs") == []
    assert await moved.rows("SELECT count(*) FROM image_labels") == [(10,)]


async def test_who_follows_changes_hears_of_them_after_the_database_was_away(
    moved: RunningCatalog, movable: MovablePostgres
) -> None:
    feed = moved.app.state.catalog.events
    batches = feed.follow(a_user(1).identity, await feed.head(), heartbeat_s=60)
    news = asyncio.create_task(anext(batches))
    await asyncio.sleep(0.1)
    await movable.take_away(moved)
    await asyncio.sleep(3 * LOOK_EVERY_S)
    await movable.bring_back()
    image = await moved.upload()
    batch = await asyncio.wait_for(news, 10)
    assert image["id"] in {str(event.subject_id) for event in batch.events}
    await batches.aclose()


@pytest.mark.parametrize(("content_type", "begin"), [
    ("image/jpeg", b""),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'),
])  # fmt: skip
async def test_a_body_that_stops_coming_is_not_waited_for_for_ever(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch, content_type: str, begin: bytes
) -> None:
    monkeypatch.setattr(uploads, "IDLE_S", 0.2)

    async def stuck() -> AsyncIterator[bytes]:
        yield begin + a_picture()[:100]
        await asyncio.Event().wait()

    async with asyncio.timeout(60):
        answer: httpx.Response = await catalog.client.post(
            "/v1/images", content=stuck(), headers={"content-type": content_type}
        )
    assert_problem(answer, 408, "request_timeout")
    assert await catalog.contents() == NOTHING


async def test_a_full_disk_is_said_and_images_can_still_be_read(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = await catalog.upload()
    assert "warnings" not in (await catalog.client.get("/readyz")).json()
    monkeypatch.setattr(folder, "ROOM", 2**62)
    ready = await catalog.client.get("/readyz")
    assert ready.status_code == 200
    assert "MB left: make room" in ready.json()["warnings"]["room for images"]
    assert (await catalog.client.get(f"/v1/images/{image['id']}/content")).status_code == 200
