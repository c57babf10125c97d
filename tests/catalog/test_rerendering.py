"""images:rerender: what an older reader and renderer left is made again, and what people said stays."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.catalog.services.operations.rerender import Rerenderer
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import RunningCatalog, running_catalog, working
from tests.catalog.fakes import Fakes, running_fakes
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem
from tests.catalog.reprocessing import hurry
from tests.catalog.serving import eventually
from tests.catalog.test_photographs import taken

FORGOTTEN = """
    UPDATE images SET taken_at = NULL, taken_local = NULL, taken_offset_s = NULL, taken_source = NULL, exif = '{}',
        warnings = '[]', width = 1, height = 1, perceptual_hash = 12345, media_type = 'image/png', has_motion = true
    WHERE taken_source IS DISTINCT FROM 'user'
"""


@pytest.fixture
async def fakes() -> AsyncIterator[Fakes]:
    async with running_fakes() as fakes:
        yield fakes


@pytest.fixture
async def catalog(
    postgres: TestPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RunningCatalog]:
    hurry(monkeypatch)
    async with running_catalog(postgres, tmp_path) as catalog:
        yield catalog


async def rerendered(catalog: RunningCatalog, fakes: Fakes) -> dict[str, Any]:
    """Run the operation to its end, and give it."""
    begun = await catalog.client.post("/v1/images:rerender")
    assert begun.status_code == 202, begun.text

    async def over() -> dict[str, Any] | None:
        operation: dict[str, Any] = (await catalog.client.get(begun.headers["location"])).json()
        return operation if operation["state"] == "succeeded" else None

    async with working(catalog, fakes):
        return await eventually(over)  # type: ignore[return-value]


def variants(catalog: RunningCatalog, image: dict[str, Any]) -> list[str]:
    names = (path.rpartition("/")[2] for path in catalog.objects() if image["id"] in path)
    return [name for name in names if name not in ("original", "model-input")]


def older(catalog: RunningCatalog, image: dict[str, Any]) -> None:
    """Leave what an older renderer made in place of what the present one did."""
    folder = catalog.settings.store_folder
    assert folder is not None
    for path in folder.glob(f"images/*/{image['id']}/*.v2.jpeg"):
        path.rename(path.with_name(path.name.replace(".v2", ".v1")))
    [preview] = folder.glob(f"images/*/{image['id']}/preview-0.v1.jpeg")
    preview.with_name("preview-90.jpeg").write_bytes(b"of the first version")


def told(image: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in image.items() if name not in ("updated_at", "state", "labels")}


async def test_what_an_older_reader_left_is_read_again(catalog: RunningCatalog, fakes: Fakes) -> None:
    whole = await catalog.upload(taken(1, date="2020:02:10 20:24:43", place=(52.0, 13.0)))
    damaged = await catalog.upload(a_picture(number=7, size=(320, 240))[:-200], file_name="IMG_20190102_030405.jpg")
    hashes = await catalog.rows("SELECT id, perceptual_hash FROM images ORDER BY id")
    await catalog.rows(FORGOTTEN)
    assert (await catalog.image(whole["id"]))["exif"]["model"] is None
    operation = await rerendered(catalog, fakes)
    assert (operation["kind"], operation["parameters"]) == ("rerender", {"model": None, "space": None})
    assert operation["progress"] == {"done": 2, "failed": 0, "total": 2}
    for image in (whole, damaged):
        assert told(await catalog.image(image["id"])) == told(image)
    assert await catalog.rows("SELECT id, perceptual_hash FROM images ORDER BY id") == hashes


async def test_what_people_said_outlives_it(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload(taken(1, date="2020:02:10 20:24:43"), title="Sea", tags=["beach"])
    cleared = await catalog.upload(taken(2, date="2021:02:10 20:24:43"))
    said = {"taken_at": "2019-07-14T12:20:56+05:30", "file_name": "IMG_20180101_000000.jpg", "rotation": 90}
    changed = (await catalog.client.patch(f"/v1/images/{image['id']}", json=said)).json()
    assert (await catalog.client.patch(f"/v1/images/{cleared['id']}", json={"taken_at": None})).status_code == 200
    await catalog.rows("UPDATE images SET exif = '{}'")
    await rerendered(catalog, fakes)
    assert told(await catalog.image(image["id"])) == told(changed)
    assert (await catalog.image(cleared["id"]))["taken_at"] is None
    assert (await catalog.image(cleared["id"]))["exif"]["model"] == "Camera 2"
    assert "thumb-90.v2.jpeg" in variants(catalog, image)


async def test_nothing_is_written_where_nothing_differs(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload(taken(1, date="2020:02:10 20:24:43", place=(52.0, 13.0)))
    async with working(catalog, fakes):
        before = await catalog.until(image["id"], "ready")
    await rerendered(catalog, fakes)
    assert await catalog.image(image["id"]) == before


async def test_copies_of_an_older_renderer_are_made_again_and_removed(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload(a_picture(number=1))
    older(catalog, image)
    await rerendered(catalog, fakes)
    assert variants(catalog, image) == ["preview-0.v2.jpeg", "thumb-0.v2.jpeg"]


async def test_who_asks_gets_the_present_renderer_without_an_operation(catalog: RunningCatalog) -> None:
    image = await catalog.upload(a_picture(number=1))
    older(catalog, image)
    shown = await catalog.client.get(image["urls"]["thumb"])
    assert (shown.status_code, variants(catalog, image)) == (200, ["thumb-0.v2.jpeg"])


async def test_a_file_that_cannot_be_read_fails_alone_and_stays_as_it_is(catalog: RunningCatalog, fakes: Fakes) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(3)]
    folder = catalog.settings.store_folder
    assert folder is not None
    [original] = folder.glob(f"images/*/{images[1]['id']}/original")
    original.write_bytes(b"no picture")
    operation = await rerendered(catalog, fakes)
    assert operation["progress"] == {"done": 2, "failed": 1, "total": 3}
    [failure] = operation["failures"]
    assert failure["image_id"] == images[1]["id"]
    assert told(await catalog.image(images[1]["id"])) == told(images[1])


async def test_an_image_that_is_deleted_meanwhile_leaves_nothing(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = await catalog.upload(a_picture(number=1))
    older(catalog, image)
    state = catalog.app.state.catalog
    rerenderer = Rerenderer(
        database=state.database, store=state.store, originals=state.originals, decoder=state.decoder
    )
    decode = state.decoder.decode

    async def decode_and_delete(*arguments: Any) -> Any:
        decoded = await decode(*arguments)
        assert (await catalog.client.delete(f"/v1/images/{image['id']}")).status_code == 204
        return decoded

    monkeypatch.setattr(state.decoder, "decode", decode_and_delete)
    assert not await rerenderer.do(UUID(image["id"]), None)
    assert not any(".v2." in name for name in variants(catalog, image))
    assert not await rerenderer.do(UUID(image["id"]), None)


async def test_a_copy_is_found_by_the_hash_that_is_read_again(catalog: RunningCatalog, fakes: Fakes) -> None:
    images = [await catalog.upload(a_picture(number=1), by=number) for number in (1, 2)]
    await catalog.rows("UPDATE images SET visibility = 'public'")
    await catalog.rows("UPDATE images SET perceptual_hash = 12345 WHERE id = :i", i=images[0]["id"])
    await catalog.rows("DELETE FROM alike_images")
    await rerendered(catalog, fakes)

    async def grouped() -> list[tuple[Any, ...]]:
        rows = await catalog.rows("SELECT image_id FROM alike_images")
        return rows if len(rows) == len(images) else []

    async with working(catalog, fakes):
        assert {str(row[0]) for row in await eventually(grouped)} == {image["id"] for image in images}


async def test_one_at_a_time_beside_reprocessing(catalog: RunningCatalog) -> None:
    assert (await catalog.client.post("/v1/images:rerender")).status_code == 202
    problem = assert_problem(await catalog.client.post("/v1/images:rerender"), 409, "operation_under_way")
    assert "rerender" in problem["detail"]
    assert (await catalog.client.post("/v1/images:reprocess", json={"model": "active"})).status_code == 202
