"""What a kill left, and what was lost, is found; nothing that somebody has goes."""

import json
import os
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from pictor.backup.library import Library
from pictor.backup.manifest import BackupError
from pictor.backup.originals import connect
from pictor.integrity.reconcile import Found, look, remove
from pictor.integrity.verify import STATE, Verified, images_without_vector, verify_originals
from pictor.stack.settings import StackSettings
from services.catalog.storage.objects import FolderStore
from services.catalog.storage.objects.keys import image_prefix, model_input_key, original_key
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import RunningCatalog, running_catalog, working
from tests.catalog.fakes import Fakes, running_fakes
from tests.catalog.pictures import a_picture

FAST = 1e9


@pytest.fixture
async def catalog(postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[RunningCatalog]:
    async with running_catalog(postgres, tmp_path) as catalog:
        yield catalog


@pytest.fixture
async def fakes() -> AsyncIterator[Fakes]:
    async with running_fakes() as fakes:
        yield fakes


@pytest.fixture
async def library(catalog: RunningCatalog, postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[Library]:
    """The catalog's, with a similarity database of its own."""
    similarity = await postgres.create("similarity")
    folder = catalog.settings.store_folder
    assert folder is not None
    store = FolderStore(folder)
    databases = {"catalog": catalog.settings.database_url.get_secret_value(), "similarity": similarity}
    yield Library(StackSettings(tmp_path, 8000, "auto"), databases, store)
    await store.close()
    await postgres.drop(similarity)


def path_of(catalog: RunningCatalog, key: str) -> Path:
    folder = catalog.settings.store_folder
    assert folder is not None
    return folder / key


def age(path: Path, hours: float) -> None:
    moment = time.time() - hours * 3600
    os.utime(path, (moment, moment))


def orphan(catalog: RunningCatalog, *, hours: float) -> UUID:
    """An object as an upload leaves it that is killed before its row is written."""
    image_id = uuid4()
    path = path_of(catalog, original_key(image_id))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"abc")
    age(path, hours)
    return image_id


async def test_a_library_that_is_well_has_nothing_to_reconcile(catalog: RunningCatalog, library: Library) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(3)]
    await catalog.client.delete(f"/v1/images/{images[0]['id']}")
    await catalog.client.delete(f"/v1/images/{images[1]['id']}?permanent=true")
    assert await look(library, grace=timedelta(0)) == Found(folders=3)


async def test_what_is_in_the_trash_is_to_last(catalog: RunningCatalog, library: Library) -> None:
    trashed, deleted = await catalog.upload(), await catalog.upload(a_picture(number=1))
    await catalog.client.delete(f"/v1/images/{trashed['id']}")
    await catalog.client.delete(f"/v1/images/{deleted['id']}?permanent=true")
    assert (await verify_originals(library, bytes_per_s=1e9)).images == 1
    for image in (trashed, deleted):
        path_of(catalog, original_key(UUID(image["id"]))).unlink()
    assert (await look(library)).lost == [UUID(trashed["id"])]
    assert (await verify_originals(library, bytes_per_s=1e9)).missing == [trashed["id"]]


async def test_orphans_older_than_the_grace_go_and_younger_ones_stay(catalog: RunningCatalog, library: Library) -> None:
    image = await catalog.upload()
    old, young = orphan(catalog, hours=25), orphan(catalog, hours=23)
    found = await look(library)
    assert (found.orphans, found.lost, found.folders, found.size) == ([old], [], 3, 3)
    assert await remove(library, found, force=False) == 1
    assert not path_of(catalog, image_prefix(old)).exists()
    assert path_of(catalog, original_key(young)).exists()
    assert path_of(catalog, original_key(UUID(image["id"]))).exists()
    assert (await look(library)).orphans == []


async def test_more_than_a_hundredth_is_not_removed_without_force(catalog: RunningCatalog, library: Library) -> None:
    await catalog.upload()
    orphans = {orphan(catalog, hours=48) for _ in range(11)}
    found = await look(library)
    assert set(found.orphans) == orphans
    with pytest.raises(BackupError, match=r"11 of 12 .* say --force"):
        await remove(library, found, force=False)
    assert set((await look(library)).orphans) == orphans
    assert await remove(library, found, force=True) == 11


async def test_a_small_library_beside_the_wrong_database_loses_nothing(
    catalog: RunningCatalog, library: Library
) -> None:
    orphans = {orphan(catalog, hours=48) for _ in range(3)}
    found = await look(library)
    with pytest.raises(BackupError, match=r"3 of 3 .* say --force"):
        await remove(library, found, force=False)
    assert set((await look(library)).orphans) == orphans


async def test_an_orphan_whose_row_came_meanwhile_stays(catalog: RunningCatalog, library: Library) -> None:
    image_id = UUID((await catalog.upload())["id"])
    assert await remove(library, Found(folders=1, orphans=[image_id]), force=True) == 0
    assert path_of(catalog, original_key(image_id)).exists()


async def test_model_inputs_that_nobody_waits_for_go(catalog: RunningCatalog, library: Library, fakes: Fakes) -> None:
    done = UUID((await catalog.upload(a_picture(number=1)))["id"])
    async with working(catalog, fakes):
        await catalog.until(str(done), "ready")
        await catalog.until_idle()
    waiting = UUID((await catalog.upload(a_picture(number=2)))["id"])
    for image_id in (done, waiting):
        path = path_of(catalog, model_input_key(image_id))
        path.write_bytes(b"left by a kill")
        age(path, 30)
    found = await look(library)
    assert found.inputs == [model_input_key(done)]
    await remove(library, found, force=False)
    assert not path_of(catalog, model_input_key(done)).exists()
    assert path_of(catalog, model_input_key(waiting)).exists()


async def test_an_image_whose_original_is_gone_is_named_and_stays(catalog: RunningCatalog, library: Library) -> None:
    image = await catalog.upload()
    path_of(catalog, original_key(UUID(image["id"]))).unlink()
    found = await look(library)
    assert found.lost == [UUID(image["id"])]
    await remove(library, found, force=True)
    assert (await catalog.image(image["id"]))["id"] == image["id"]


async def test_folders_that_hold_nothing_go_too(library: Library, catalog: RunningCatalog) -> None:
    image = path_of(catalog, original_key(UUID((await catalog.upload())["id"]))).parent
    old, young = path_of(catalog, f"images/00/{uuid4()}"), path_of(catalog, f"images/01/{uuid4()}")
    for folder, hours in ((old, 25.0), (young, 1.0), (image, 25.0)):
        folder.mkdir(parents=True, exist_ok=True)
        age(folder, hours)
    await remove(library, await look(library), force=False)
    assert (old.exists(), young.exists(), (image / "original").is_file()) == (False, True, True)


async def test_unfinished_puts_of_yesterday_are_swept_at_the_start(library: Library, catalog: RunningCatalog) -> None:
    incoming = path_of(catalog, ".incoming")
    for name, hours in (("old", 25.0), ("young", 1.0)):
        (incoming / name).write_bytes(b"half")
        age(incoming / name, hours)
    await library.store.prepare()
    assert [path.name for path in incoming.iterdir()] == ["young"]


async def test_verify_names_what_is_missing_and_what_was_changed(catalog: RunningCatalog, library: Library) -> None:
    images = [UUID((await catalog.upload(a_picture(number=number)))["id"]) for number in range(4)]
    path_of(catalog, original_key(images[0])).unlink()
    flipped = path_of(catalog, original_key(images[1]))
    flipped.write_bytes(flipped.read_bytes()[:-1] + b"?")
    short = path_of(catalog, original_key(images[2]))
    short.write_bytes(short.read_bytes()[:-1])
    found = await verify_originals(library, bytes_per_s=FAST)
    assert (found.images, found.missing, found.damaged) == (4, [str(images[0])], [str(images[1]), str(images[2])])
    assert not found.well
    marked = await catalog.rows("SELECT id FROM images WHERE damaged_at IS NOT NULL ORDER BY id")
    assert [row[0] for row in marked] == images[1:3]
    flipped.write_bytes(a_picture(number=1))
    await verify_originals(library, bytes_per_s=FAST)
    assert await catalog.rows("SELECT id FROM images WHERE damaged_at IS NOT NULL") == [(images[2],)]


async def test_verify_goes_on_where_it_was_stopped_and_keeps_its_rate(
    catalog: RunningCatalog, library: Library
) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(3)]
    first = UUID(images[0]["id"])
    path_of(catalog, original_key(first)).unlink()
    (library.settings.data / STATE).write_text(json.dumps({"after": str(first), "images": 1, "size": 5}))
    began = time.monotonic()
    size = sum(image["bytes"] for image in images[1:])
    found = await verify_originals(library, bytes_per_s=size / 0.5)
    assert time.monotonic() - began >= 0.5
    assert found == Verified(after=images[2]["id"], images=3, size=5 + size)
    assert not (library.settings.data / STATE).exists()


async def test_images_without_a_vector_are_counted_for_each_space(
    catalog: RunningCatalog, library: Library, fakes: Fakes
) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(3)]
    async with working(catalog, fakes):
        for image in images:
            await catalog.until(image["id"], "ready")
    similarity = await connect(library.databases["similarity"])
    slot = await similarity.fetchval("INSERT INTO spaces (id, dimension) VALUES ('a-1', 4) RETURNING slot")
    await similarity.execute(f"CREATE TABLE points_{slot} (image_id uuid PRIMARY KEY)")
    await similarity.execute(f"INSERT INTO points_{slot} VALUES ($1)", UUID(images[0]["id"]))  # noqa: S608
    await similarity.close()
    assert await images_without_vector(library) == {"a-1": 2}
