"""What a restore does to databases that somebody uses: nothing."""

from pathlib import Path

import pytest

from pictor.backup.library import Library
from pictor.backup.manifest import BackupError, Manifest
from pictor.backup.restoring import begin, restore_backup
from pictor.stack.settings import RESTORING, StackSettings
from services.catalog.storage.objects import FolderStore
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import running_catalog
from tests.catalog.pictures import a_picture

RUN = "20261127T000000Z"


async def test_databases_in_use_are_refused_and_left_as_they_are(postgres: TestPostgres, tmp_path: Path) -> None:
    settings = StackSettings(tmp_path / "data", 8000, "auto")
    similarity, place = await postgres.create("similarity"), FolderStore(tmp_path / "place")
    async with running_catalog(postgres, tmp_path) as catalog:
        image = await catalog.upload(a_picture())
        databases = {"catalog": catalog.settings.database_url.get_secret_value(), "similarity": similarity}
        library = Library(settings, databases, FolderStore(tmp_path / "elsewhere"), is_embedded=False)
        gone = Manifest("0", "2026-11-27", {}, images=1, size=1, gone=[image["id"]])
        begin(settings, RUN)
        with pytest.raises(BackupError, match="The database of catalog is not empty"):
            await restore_backup(library, place, RUN, gone)
        assert (await catalog.image(image["id"]))["id"] == image["id"]
    assert not (settings.data / RESTORING).exists()
    await place.close()
    await library.store.close()
    await postgres.drop(similarity)


async def test_another_restore_does_not_begin_beside_one(tmp_path: Path) -> None:
    settings = StackSettings(tmp_path / "data", 8000, "auto")
    begin(settings, RUN)
    begin(settings, RUN)
    with pytest.raises(BackupError, match=f"The restore of {RUN} was begun here"):
        begin(settings, "20261128T000000Z")
