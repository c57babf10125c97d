"""The catalog on each store: from upload to purge, and what it says while the store is away."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.catalog.storage.objects import StoreUnavailable
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import JPEG, NOBODY, RunningCatalog, running_catalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.objects.stores import StoreUnderTest
from tests.catalog.pictures import a_picture, corners, quarters
from tests.catalog.problems import assert_problem


@dataclass
class Scene:
    catalog: RunningCatalog
    under_test: StoreUnderTest


@pytest.fixture
async def scene(under_test: StoreUnderTest, postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[Scene]:
    """A catalog and the store that it uses."""
    async with running_catalog(postgres, tmp_path, **under_test.settings) as catalog:
        yield Scene(catalog, under_test)


async def test_from_upload_to_purge(scene: Scene, fakes: Fakes) -> None:
    catalog, data = scene.catalog, quarters(size=(600, 300))
    async with working(catalog, fakes):
        image = await catalog.upload(data)
        assert len((await catalog.until(image["id"], "ready"))["labels"]) == 5
        whole = await catalog.client.get(image["urls"]["content"])
        part = await catalog.client.get(image["urls"]["content"], headers={"range": "bytes=100-199"})
        assert (whole.content, part.status_code, part.content) == (data, 206, data[100:200])
        turned = await catalog.client.get(f"/v1/images/{image['id']}/variants/full?rotation=180&format=webp")
        assert corners(turned.content) == ("yellow", "blue", "green", "red")
        assert len(await scene.under_test.keys()) == 4
        await catalog.client.delete(f"/v1/images/{image['id']}?permanent=true")
        await catalog.hurry()
        await catalog.until_idle()
    assert await scene.under_test.keys() == []
    assert await catalog.rows("SELECT 1 FROM images") == []


async def test_while_the_store_is_away_nothing_is_kept_and_nobody_is_lied_to(scene: Scene) -> None:
    catalog = scene.catalog
    image = await catalog.upload(a_picture(number=1))
    keys = await scene.under_test.keys()
    await scene.under_test.take_away()
    here = f"/v1/images/{image['id']}"
    answers = [
        await catalog.client.post("/v1/images", content=a_picture(number=2), headers=JPEG),
        await catalog.client.post("/v1/images", files={"file": ("a.jpg", a_picture(number=2))}),
        await catalog.client.get(f"{here}/content"),
        await catalog.client.get(f"{here}/content", headers={"range": "bytes=5-9"}),
        await catalog.client.get(image["urls"]["thumb"]),
        await catalog.client.get(f"{here}/variants/full"),
    ]
    for answer in answers:
        problem = assert_problem(answer, 503, "unavailable")
        assert problem["detail"] == "The image store does not answer; try again shortly."
        assert answer.headers["retry-after"] == "5"
    ready = await catalog.client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["database"]) == (503, "ok")
    assert (await catalog.client.get("/livez")).status_code == 200
    assert await catalog.image(image["id"]) == image
    assert (await catalog.client.get(f"{here}/content", headers={"if-none-match": "*"})).status_code == 304
    assert await catalog.rows("SELECT count(*) FROM images") == [(1,)]

    await scene.under_test.bring_back()
    assert (await catalog.client.get("/readyz")).status_code == 200
    assert await scene.under_test.keys() == keys
    assert (await catalog.client.get(f"{here}/content")).content == a_picture(number=1)
    again = await catalog.client.post("/v1/images", content=a_picture(number=2), headers=JPEG)
    assert again.status_code == 201


async def test_an_idempotency_key_is_not_used_up_by_a_store_that_is_away(scene: Scene) -> None:
    await scene.under_test.take_away()
    headers = {**JPEG, "idempotency-key": "k"}
    failed = await scene.catalog.client.post("/v1/images", content=a_picture(), headers=headers)
    assert_problem(failed, 503, "unavailable")
    await scene.under_test.bring_back()
    assert (await scene.catalog.client.post("/v1/images", content=a_picture(), headers=headers)).status_code == 201


async def test_a_put_that_breaks_in_the_middle_makes_no_image_and_no_original(scene: Scene) -> None:
    """Smaller objects that were put before may be left where the store cannot be reached to take them back."""
    data = a_picture() + bytes(6 * 1024 * 1024)
    with scene.under_test.breaking():
        answer = await scene.catalog.client.post("/v1/images", content=data, headers=JPEG)
    assert_problem(answer, 503, "unavailable")
    assert await scene.catalog.rows("SELECT 1 FROM images") == []
    assert [key for key in await scene.under_test.keys() if key.endswith("/original") or "incoming" in key] == []
    assert (await scene.catalog.client.post("/v1/images", content=data, headers=JPEG)).status_code == 201


async def test_the_worker_waits_for_the_store(scene: Scene, fakes: Fakes) -> None:
    image = await scene.catalog.upload()
    async with working(scene.catalog, fakes):
        await scene.catalog.until(image["id"], "ready")
        await scene.catalog.client.delete(f"/v1/images/{image['id']}?permanent=true")
        await scene.catalog.until_idle()
        await scene.under_test.take_away()
        with pytest.raises(StoreUnavailable):
            await scene.under_test.store.check()
        await scene.catalog.hurry()
        await scene.catalog.until_idle()
        [(state, attempts)] = await scene.catalog.rows("SELECT state, attempts FROM jobs WHERE kind = 'purge'")
        assert (state, attempts) == ("queued", 0)
        await scene.under_test.bring_back()
        await scene.catalog.hurry()
        await scene.catalog.until_idle()
    assert await scene.under_test.keys() == []
    assert await scene.catalog.rows("SELECT 1 FROM images") == []


async def test_it_does_not_start_without_its_store(postgres: TestPostgres, tmp_path: Path) -> None:
    nowhere = {
        "store": "s3", "s3_endpoint": NOBODY.removeprefix("http://"), "s3_access_key": "a", "s3_secret_key": "b" * 8,
        "s3_secure": False,
    }  # fmt: skip
    with pytest.raises(StoreUnavailable):
        async with running_catalog(postgres, tmp_path, **nowhere):
            pytest.fail("it started")
