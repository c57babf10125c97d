"""The same upload many times at once, with and without an idempotency key."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from services.catalog.storage.objects import FolderStore
from services.kit.postgres.idempotency import KeysInFlight
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import JPEG, RunningCatalog, running_catalog
from tests.catalog.pictures import a_picture

AT_ONCE = 20
KEYS = int(os.environ.get("PICTOR_TEST_KEYS", "10"))
"""docs/reliability.md wants 100."""
OBJECTS_OF_ONE = 4


@pytest.fixture
async def catalog(postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[RunningCatalog]:
    """A catalog that lets 20 uploads wait for the decoder: with fewer it would refuse some, rightly."""
    async with running_catalog(postgres, tmp_path, decoders=4) as catalog:
        yield catalog


async def send(catalog: RunningCatalog, key: str | None = None, number: int = 0) -> httpx.Response:
    headers = JPEG if key is None else {**JPEG, "idempotency-key": key}
    return await catalog.client.post("/v1/images", content=a_picture(number=number), headers=headers)


async def test_the_same_bytes_at_once_are_one_image_and_leave_nothing_else(catalog: RunningCatalog) -> None:
    answers = await asyncio.gather(*(send(catalog) for _ in range(AT_ONCE)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: AT_ONCE - 1}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await catalog.contents() == {
        "images": 1, "jobs": 1, "keys": 0, "objects": OBJECTS_OF_ONE, "temporary": 0
    }  # fmt: skip


async def test_one_key_at_once_is_one_image(catalog: RunningCatalog) -> None:
    answers = await asyncio.gather(*(send(catalog, "k") for _ in range(AT_ONCE)))
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "idempotency_in_flight"
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert await catalog.contents() == {
        "images": 1, "jobs": 1, "keys": 1, "objects": OBJECTS_OF_ONE, "temporary": 0
    }  # fmt: skip


async def test_many_keys_of_which_each_is_sent_twenty_times_at_once(catalog: RunningCatalog) -> None:
    """Who is told that the first is under way asks again."""
    ids = dict[int, set[str]]()
    for key in range(KEYS):
        answers = await asyncio.gather(*(send(catalog, f"k{key}", key) for _ in range(AT_ONCE)))
        assert {answer.status_code for answer in answers} <= {201, 409}
        answers.append(await send(catalog, f"k{key}", key))
        ids[key] = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    contents = await catalog.contents()
    print(f"{KEYS} keys, each {AT_ONCE} times at once: {contents['images']} images")
    assert [len(found) for found in ids.values()] == [1] * KEYS
    assert (contents["images"], contents["objects"]) == (KEYS, KEYS * OBJECTS_OF_ONE)


async def test_one_key_at_once_in_several_processes_is_one_image(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request as if it were the only one of its process: nothing but the database keeps them apart."""
    monkeypatch.setattr(KeysInFlight, "hold", lambda *_: nullcontext())
    answers = await asyncio.gather(*(send(catalog, "k") for _ in range(AT_ONCE)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert await catalog.contents() == {
        "images": 1, "jobs": 1, "keys": 1, "objects": OBJECTS_OF_ONE, "temporary": 0
    }  # fmt: skip


async def test_a_key_that_was_used_is_told_so_before_anything_is_stored(catalog: RunningCatalog) -> None:
    first = await send(catalog, "k")
    await catalog.client.delete(first.headers["location"])  # so that its bytes would have to be stored again
    assert catalog.settings.store_folder is not None
    store = SlowStore(catalog.settings.store_folder)
    store.may.set()
    catalog.app.state.catalog = replace(catalog.app.state.catalog, store=store)
    again, other = await send(catalog, "k"), await send(catalog, "k", 1)
    assert (again.status_code, again.content) == (201, first.content)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert not store.begun.is_set()
    await store.close()


async def test_different_images_at_once_are_all_kept(catalog: RunningCatalog) -> None:
    answers = await asyncio.gather(*(send(catalog, f"k{number}", number) for number in range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {201}
    assert await catalog.contents() == {
        "images": AT_ONCE, "jobs": AT_ONCE, "keys": AT_ONCE, "objects": AT_ONCE * OBJECTS_OF_ONE, "temporary": 0
    }  # fmt: skip


class SlowStore(FolderStore):
    """A folder that keeps nothing before it may."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.begun, self.may = asyncio.Event(), asyncio.Event()

    async def put_file(self, key: str, path: Path, media_type: str) -> None:
        self.begun.set()
        await self.may.wait()
        await super().put_file(key, path, media_type)


async def test_a_key_in_flight_is_said_to_be(catalog: RunningCatalog) -> None:
    assert catalog.settings.store_folder is not None
    store = SlowStore(catalog.settings.store_folder)
    catalog.app.state.catalog = replace(catalog.app.state.catalog, store=store)
    first = asyncio.create_task(send(catalog, "k"))
    await store.begun.wait()
    second = await send(catalog, "k")
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_flight")
    store.may.set()
    assert (await first).status_code == 201
    third = await send(catalog, "k")
    assert (third.json(), third.headers["idempotency-replayed"]) == ((await first).json(), "true")
    await store.close()


async def test_more_than_can_wait_for_the_decoder_are_refused_and_can_come_again(
    postgres: TestPostgres, tmp_path: Path
) -> None:
    async with running_catalog(postgres, tmp_path / "busy", decoders=1) as catalog:
        answers = await asyncio.gather(*(send(catalog, number=number) for number in range(30)))
        refused = [number for number, answer in enumerate(answers) if answer.status_code == 503]
        assert {answer.status_code for answer in answers} == {201, 503}
        assert {answers[number].headers["retry-after"] for number in refused} == {"1"}
        for number in refused:
            assert (await send(catalog, number=number)).status_code == 201
        assert (await catalog.contents())["images"] == 30
