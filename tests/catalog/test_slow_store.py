"""An object store that takes its time: who waits for it holds no connection, and others are answered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from services.catalog.storage.objects import FolderStore
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import JPEG, RunningCatalog, running_catalog
from tests.catalog.pictures import a_picture
from tests.catalog.serving import eventually

AT_ONCE = 10
POOL = 5


class SlowStore(FolderStore):
    """A folder in which nothing goes on while `may` is cleared; `waiting` counts the calls that wait."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.may, self.waiting = asyncio.Event(), 0
        self.may.set()

    async def put_file(self, key: str, path: Path, media_type: str) -> None:
        await self._wait()
        await super().put_file(key, path, media_type)

    async def size(self, key: str) -> int:
        await self._wait()
        return await super().size(key)

    async def _wait(self) -> None:
        self.waiting += 1
        await self.may.wait()
        self.waiting -= 1


@pytest.fixture
async def catalog(postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[RunningCatalog]:
    """A catalog with half as many connections as there will be requests."""
    async with running_catalog(postgres, tmp_path, decoders=4, database_pool=POOL, database_timeout_s=5) as catalog:
        yield catalog


@pytest.fixture
async def store(catalog: RunningCatalog) -> AsyncIterator[SlowStore]:
    assert catalog.settings.store_folder is not None
    store = SlowStore(catalog.settings.store_folder)
    catalog.app.state.catalog = replace(catalog.app.state.catalog, store=store)
    yield store
    await store.close()


async def answered_meanwhile(
    catalog: RunningCatalog, store: SlowStore, *slow: Awaitable[httpx.Response]
) -> tuple[list[httpx.Response], int]:
    """Give the answers of the slow requests, and how many connections they held while all of them waited."""
    store.may.clear()
    tasks = [asyncio.ensure_future(one) for one in slow]

    async def all_wait() -> bool:
        return store.waiting == len(tasks)

    try:
        await eventually(all_wait, within_s=20)
        held = min([await _held(catalog) for _ in range(20)])
        meanwhile = await catalog.client.get("/v1/images")
    finally:
        store.may.set()
        answers = await asyncio.gather(*tasks)
    assert meanwhile.status_code == 200
    return answers, held


async def _held(catalog: RunningCatalog) -> int:
    """Connections in use now; the catalog's own work in the background takes one for a moment."""
    await asyncio.sleep(0.025)
    return catalog.app.state.database.engine.pool.checkedout()


async def test_ten_variants_at_once_leave_the_database_to_others(catalog: RunningCatalog, store: SlowStore) -> None:
    image = await catalog.upload()
    here = f"/v1/images/{image['id']}/variants/full"
    answers, held = await answered_meanwhile(catalog, store, *(catalog.client.get(here) for _ in range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {200}
    assert held == 0


@pytest.mark.parametrize("keyed", [True, False])
async def test_ten_uploads_at_once_leave_the_database_to_others(
    catalog: RunningCatalog, store: SlowStore, keyed: bool
) -> None:
    def send(number: int) -> Awaitable[httpx.Response]:
        key = {"idempotency-key": f"key-{number}"} if keyed else {}
        return catalog.client.post("/v1/images", content=a_picture(number=number), headers={**JPEG, **key})

    answers, held = await answered_meanwhile(catalog, store, *(send(number) for number in range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {201}
    assert held == 0
    assert (await catalog.contents())["images"] == AT_ONCE
