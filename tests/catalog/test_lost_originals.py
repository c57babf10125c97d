"""Originals that the disk lost, cut short or changed: nobody vouches for them; the same bytes again mend them."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.catalog.storage.objects.keys import original_key
from services.kit.testing.apps import TokenAuth, a_user
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import JPEG, RunningCatalog, running_catalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem
from tests.catalog.serving import a_free_port, eventually, served

DATA = a_picture(size=(100, 100))
LARGE = 700_000
DAMAGES = ("gone", "short", "changed")


def path_of(catalog: RunningCatalog, image: dict[str, Any]) -> Path:
    assert catalog.settings.store_folder is not None
    return catalog.settings.store_folder / original_key(UUID(image["id"]))


def damage(path: Path, kind: str) -> None:
    data = path.read_bytes()
    if kind == "gone":
        path.unlink()
    elif kind == "short":
        path.write_bytes(data[:-10])
    else:
        path.write_bytes(data[:-10] + b"\xff" * 10)


async def known(catalog: RunningCatalog, data: bytes) -> str | None:
    asked = {"sha256": [hashlib.sha256(data).hexdigest()]}
    return (await catalog.client.post("/v1/images:check", json=asked)).json()["items"][0]["image_id"]


def client_at(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, auth=TokenAuth("catalog", a_user(1)))


async def again(catalog: RunningCatalog, data: bytes = DATA, **said: str) -> httpx.Response:
    return await catalog.client.post("/v1/images", content=data, headers=JPEG, params=said)


@pytest.mark.parametrize("kind", DAMAGES)
async def test_the_same_bytes_again_mend_the_original(catalog: RunningCatalog, kind: str) -> None:
    image = await catalog.upload(DATA)
    damage(path_of(catalog, image), kind)
    answer = await again(catalog)
    assert (answer.status_code, answer.json()) == (200, {**image, "duplicate": True, "mended": True, "restored": False})
    assert path_of(catalog, image).read_bytes() == DATA
    assert await known(catalog, DATA) == image["id"]
    assert (await again(catalog)).json() == {**image, "duplicate": True, "mended": False, "restored": False}
    assert (await catalog.client.get(image["urls"]["content"])).content == DATA


@pytest.mark.parametrize("kind", ["gone", "short"])
async def test_the_check_does_not_vouch_for_what_is_lost(catalog: RunningCatalog, kind: str) -> None:
    image = await catalog.upload(DATA)
    assert await known(catalog, DATA) == image["id"]
    damage(path_of(catalog, image), kind)
    assert await known(catalog, DATA) is None


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize("headers", [{}, {"range": "bytes=0-5"}])
async def test_what_is_lost_is_said_to_be(catalog: RunningCatalog, kind: str, headers: dict[str, str]) -> None:
    image = await catalog.upload(DATA)
    damage(path_of(catalog, image), kind)
    if kind == "changed":  # the hash is known after a whole read
        assert_problem(await catalog.client.get(image["urls"]["content"]), 410, "original_lost")
    answer = await catalog.client.get(image["urls"]["content"], headers=headers)
    assert_problem(answer, 410, "original_lost")
    assert answer.headers["cache-control"] == "no-store"
    assert await known(catalog, DATA) is None


async def test_a_large_one_that_was_changed_never_arrives_whole(catalog: RunningCatalog) -> None:
    data = a_picture(size=(100, 100)) + bytes(LARGE)  # bytes behind a picture's end are kept
    image = await catalog.upload(data)
    damage(path_of(catalog, image), "changed")
    async with served(catalog.app, a_free_port()) as url, client_at(url) as client:
        received = bytearray()

        async def download() -> None:
            async with client.stream("GET", image["urls"]["content"]) as answer:
                assert (answer.status_code, answer.headers["content-length"]) == (200, str(len(data)))
                async for piece in answer.aiter_raw():
                    received.extend(piece)

        with pytest.raises(httpx.RemoteProtocolError):
            await download()
    assert 0 < len(received) < len(data)
    assert_problem(await catalog.client.get(image["urls"]["content"]), 410, "original_lost")


async def test_bytes_that_come_back_by_another_way_are_served_again(catalog: RunningCatalog) -> None:
    image = await catalog.upload(DATA)
    damage(path_of(catalog, image), "changed")
    assert_problem(await catalog.client.get(image["urls"]["content"]), 410, "original_lost")
    path_of(catalog, image).write_bytes(DATA)
    part = await catalog.client.get(image["urls"]["content"], headers={"range": "bytes=0-5"})
    assert (part.status_code, part.content) == (206, DATA[:6])
    assert await catalog.rows("SELECT damaged_at FROM images") == [(None,)]
    assert await known(catalog, DATA) == image["id"]


@pytest.mark.parametrize("kind", DAMAGES)
async def test_no_copy_is_made_of_what_is_lost(catalog: RunningCatalog, kind: str) -> None:
    image = await catalog.upload(DATA)
    damage(path_of(catalog, image), kind)
    answer = await catalog.client.get(f"/v1/images/{image['id']}/variants/full")
    assert_problem(answer, 410, "original_lost")
    assert (await catalog.client.get(image["urls"]["thumb"])).status_code == 200


async def test_who_refuses_duplicates_mends_as_well(catalog: RunningCatalog) -> None:
    image = await catalog.upload(DATA)
    damage(path_of(catalog, image), "gone")
    assert_problem(await again(catalog, on_duplicate="error"), 409, "duplicate_image")
    assert path_of(catalog, image).read_bytes() == DATA


async def test_bytes_of_somebody_else_mend_nothing(catalog: RunningCatalog) -> None:
    theirs = await catalog.upload(DATA, by=2, visibility="public")
    damage(path_of(catalog, theirs), "gone")
    ours = await catalog.upload(DATA)
    assert ours["id"] != theirs["id"]
    assert not path_of(catalog, theirs).exists()


@pytest.fixture
async def failing(postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[RunningCatalog]:
    """A catalog that keeps nothing for the model: its worker reads originals."""
    async with running_catalog(postgres, tmp_path) as catalog:
        catalog.app.state.catalog.expected_input.current = None
        yield catalog


async def test_an_image_that_failed_without_its_original_is_tried_again(failing: RunningCatalog, fakes: Fakes) -> None:
    image = await failing.upload(DATA)
    damage(path_of(failing, image), "gone")
    async with working(failing, fakes):

        async def given_up() -> dict[str, Any] | None:
            await failing.hurry()
            now = await failing.image(image["id"])
            return now if now["state"] == "failed" else None

        failed = await eventually(given_up)
        assert failed is not None
        assert failed["state_reason"].startswith("The original is gone or damaged.")
        assert (await again(failing)).json()["mended"] is True
        assert (await failing.until(image["id"], "ready"))["labels"]
