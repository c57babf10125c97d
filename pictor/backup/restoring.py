"""Restoring a backup into an empty library. Stopped half way, it goes on where it was."""

import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from pictor.backup.dumps import part_of, restore
from pictor.backup.library import Library
from pictor.backup.manifest import BackupError, Manifest, Part
from pictor.backup.originals import KEPT_COUNT, Copied, connect, copy_originals, live_originals
from pictor.backup.places import OBJECTS, PRIVATE, RUNS
from pictor.stack.bootstrap.files import write_private
from pictor.stack.settings import RESTORING, StackSettings
from services.catalog.storage.objects import ObjectMissing, ObjectStore
from services.catalog.storage.objects.keys import original_key
from services.catalog.storage.objects.port import read_all


@dataclass(frozen=True)
class Restored:
    images: int
    copied: Copied


def begin(settings: StackSettings, run: str) -> None:
    """Note that this run is being restored here. Raises BackupError where a library is there, or another restore."""
    marker = settings.data / RESTORING
    if marker.is_file():
        under_way = json.loads(marker.read_text())["run"]
        if under_way != run:
            raise BackupError(f"The restore of {under_way} was begun here and is not complete: give --run {under_way}.")
        return
    if settings.postgres.exists() or settings.secrets.exists():
        raise BackupError(f"{settings.data} has a library already: set PICTOR_DATA to an empty folder.")
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(marker, {"run": run})


async def restore_backup(library: Library, place: ObjectStore, run: str, manifest: Manifest) -> Restored:
    """Restore databases, secrets and originals, and check them. Raises BackupError, StoreUnavailable."""
    await _require_empty(library)
    await library.store.prepare()
    if PRIVATE in manifest.parts:
        await _restore_private(library.settings, place, run, manifest.parts[PRIVATE])
    for name, url in library.databases.items():
        await _restore_database(place, run, name, url, manifest)
    if library.is_embedded and PRIVATE not in manifest.parts:
        await _expect_a_new_pepper(library.databases["gateway"])
    connection = await connect(library.databases["catalog"])
    try:
        await _delete(connection, [UUID(gone) for gone in manifest.gone])
        images = await connection.fetchval(KEPT_COUNT)
        await _drop_strangers(connection, library.databases["similarity"])
        async with connection.transaction():
            copied = await copy_originals(
                live_originals(connection),
                lambda image_id: (place, OBJECTS + original_key(image_id)),
                lambda image_id: (library.store, original_key(image_id)),
                total=images,
            )
    finally:
        await connection.close()
    if images + len(manifest.gone) != manifest.images:
        raise BackupError(f"The backup had {manifest.images} images, and {images} are here: it was changed meanwhile.")
    known = {UUID(lost) for lost in (*manifest.missing, *manifest.damaged)}
    lost = {*copied.missing, *copied.damaged} - known
    if lost:
        some = ", ".join(sorted(map(str, lost))[:5])
        raise BackupError(
            f"{len(lost)} originals of the backup are missing or damaged ({some}): look for another copy."
        )
    (library.settings.data / RESTORING).unlink(missing_ok=True)
    return Restored(images, copied)


async def _require_empty(library: Library) -> None:
    """Before the first database is filled: raise BackupError unless all are empty. Else a library that is in use would
    be taken for a restore that is half done, and what is not in the backup removed from it."""
    marker = library.settings.data / RESTORING
    noted = json.loads(marker.read_text())
    if noted.get("databases") == "ours":
        return
    for name, url in library.databases.items():
        connection = await connect(url)
        try:
            tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        finally:
            await connection.close()
        if tables:
            marker.unlink()
            raise BackupError(f"The database of {name} is not empty: restore into three empty databases.")
    write_private(marker, {**noted, "databases": "ours"})


async def _restore_private(settings: StackSettings, place: ObjectStore, run: str, part: Part) -> None:
    data = await read_all(place, f"{RUNS}{run}/{PRIVATE}")
    if hashlib.sha256(data).hexdigest() != part.sha256:
        raise BackupError(f"{PRIVATE} of the backup is damaged: take another backup by --run.")
    for path in (settings.secrets, settings.credentials):
        if (text := json.loads(data).get(path.name)) and not path.exists():
            write_private(path, json.loads(text))


async def _restore_database(place: ObjectStore, run: str, name: str, url: str, manifest: Manifest) -> None:
    """A dump comes in whole or not at all, so a database that has tables is done, or was never empty."""
    connection = await connect(url)
    try:
        done = await connection.fetchval("SELECT to_regclass('public.alembic_version') IS NOT NULL")
    finally:
        await connection.close()
    if done:
        return
    sys.stderr.write(f"database of {name}\n")
    with tempfile.TemporaryDirectory(prefix="pictor-restore-") as folder:
        file = Path(folder) / f"{name}.dump"
        try:
            with file.open("wb") as target:
                async for chunk in place.read(f"{RUNS}{run}/{file.name}"):
                    target.write(chunk)
        except ObjectMissing as error:
            raise BackupError(f"{file.name} is missing in the backup: take another one by --run.") from error
        if part_of(file) != manifest.parts[file.name]:
            raise BackupError(f"{file.name} of the backup is damaged: take another one by --run.")
        await restore(url, file)


async def _expect_a_new_pepper(url: str) -> None:
    """The backup has no secrets: the next start makes new ones, and what was made with the old pepper has ended."""
    connection = await connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('public.secret_checks') IS NOT NULL"):
            async with connection.transaction():
                await connection.execute("DELETE FROM secret_checks")
                await connection.execute("UPDATE api_keys SET revoked_at = now() WHERE revoked_at IS NULL")
                await connection.execute("DELETE FROM sessions")
                await connection.execute("DELETE FROM shares")
    finally:
        await connection.close()


async def _delete(connection: Any, ids: Sequence[UUID]) -> None:  # noqa: ANN401 - asyncpg has no types
    """Images that their owners deleted while the backup ran are deleted here too."""
    async with connection.transaction():
        await connection.execute("DELETE FROM collection_images WHERE image_id = ANY($1)", list(ids))
        await connection.execute(
            "UPDATE images SET deleted_at = coalesce(deleted_at, now()), trashed_until = NULL WHERE id = ANY($1)",
            list(ids),
        )


async def _drop_strangers(catalog: Any, similarity_url: str) -> None:  # noqa: ANN401
    """Vectors of images that came after the catalog was dumped."""
    similarity = await connect(similarity_url)
    try:
        await similarity.execute("CREATE TEMP TABLE known (id uuid PRIMARY KEY)")
        async with catalog.transaction():
            cursor = await catalog.cursor("SELECT id FROM images")
            while rows := await cursor.fetch(10_000):
                await similarity.copy_records_to_table("known", records=[(row["id"],) for row in rows])
        tables = await similarity.fetch("SELECT tablename FROM pg_tables WHERE tablename ~ '^points_[0-9]+$'")
        for row in tables:  # a name of digits alone: identifiers cannot be parameters
            await similarity.execute(
                f"DELETE FROM {row['tablename']} AS p WHERE NOT EXISTS (SELECT FROM known WHERE id = p.image_id)"  # noqa: S608
            )
    finally:
        await similarity.close()
