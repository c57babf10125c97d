"""Making a backup: the databases first, then the originals that they name."""

import json
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from pictor.backup.dumps import dump, part_of
from pictor.backup.library import Library
from pictor.backup.manifest import Manifest, Part
from pictor.backup.originals import KEPT_AMONG, KEPT_COUNT, Copied, connect, copy_originals, live_originals
from pictor.backup.places import MANIFEST, OBJECTS, PRIVATE, RUNS
from services import __version__
from services.catalog.storage.objects import ObjectStore
from services.catalog.storage.objects.keys import original_key

BINARY = "application/octet-stream"


@dataclass(frozen=True)
class Made:
    run: str
    manifest: Manifest
    copied: Copied


async def make_backup(library: Library, place: ObjectStore, *, secrets: bool) -> Made:
    """Back the library up while it works. Raises BackupError, StoreUnavailable.

    Stopped half way it leaves no manifest, so it is no backup; run again, it copies only what is not there.
    """
    await place.prepare()
    await library.store.check()
    run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    parts: dict[str, Part] = {}
    connection = await connect(library.databases["catalog"])
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            with tempfile.TemporaryDirectory(prefix="pictor-backup-") as folder:
                for name, url in library.databases.items():
                    sys.stderr.write(f"database of {name}\n")
                    file = Path(folder) / f"{name}.dump"
                    await dump(url, file, snapshot=snapshot if name == "catalog" else None)
                    parts[file.name] = await _put(place, run, file)
                if secrets and (private := _private(library, Path(folder))):
                    parts[PRIVATE] = await _put(place, run, private)
            images, size = await connection.fetchrow(KEPT_COUNT)
            copied = await copy_originals(
                live_originals(connection),
                lambda image_id: (library.store, original_key(image_id)),
                lambda image_id: (place, OBJECTS + original_key(image_id)),
                total=images,
            )
        gone = await _deleted_since(connection, copied.missing)
    finally:
        await connection.close()
    manifest = Manifest(
        pictor=__version__,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        parts=parts,
        images=images,
        size=size,
        gone=[str(image_id) for image_id in copied.missing if image_id in gone],
        missing=[str(image_id) for image_id in copied.missing if image_id not in gone],
        damaged=[str(image_id) for image_id in copied.damaged],
    )
    await place.put_bytes(f"{RUNS}{run}/{MANIFEST}", manifest.dumped(), "application/json")
    return Made(run, manifest, copied)


async def _put(place: ObjectStore, run: str, file: Path) -> Part:
    await place.put_file(f"{RUNS}{run}/{file.name}", file, BINARY)
    return part_of(file)


def _private(library: Library, folder: Path) -> Path | None:
    """Secrets and the first user's key, in one file; None when the data folder has none, or is another library's."""
    if not library.is_embedded:
        return None
    found = {path.name: path.read_text() for path in _private_files(library) if path.is_file()}
    if not found:
        return None
    file = folder / PRIVATE
    file.write_text(json.dumps(found))
    return file


def _private_files(library: Library) -> tuple[Path, ...]:
    return library.settings.secrets, library.settings.credentials


async def _deleted_since(connection: object, ids: list[UUID]) -> set[UUID]:
    """Those that were deleted while the backup ran: their bytes went with them."""
    live = await connection.fetch(KEPT_AMONG, ids)  # type: ignore[attr-defined]
    return set(ids) - {row["id"] for row in live}
