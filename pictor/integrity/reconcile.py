"""Objects without a row, and rows without an object: what a kill between the two left, and what was lost."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pictor.backup.library import Library
from pictor.backup.manifest import BackupError
from pictor.backup.originals import KEPT_AMONG, KEPT_IDS, connect
from services.catalog.storage.objects import ObjectInfo, ObjectMissing, ObjectStore
from services.catalog.storage.objects.keys import MODEL_INPUT, ORIGINAL, image_prefix
from services.kit.failpoints import failpoint

GRACE = timedelta(hours=24)
MOST_SHARE, FEW = 0.01, 10
"""More than this share of all folders is never removed without force, unless they are few, and not most of them: a
small library beside the wrong database has orphans only."""
FOLDERS = tuple(f"images/{number:02x}/" for number in range(256))
PAGE = 500
NEVER = datetime.fromtimestamp(0, UTC)


@dataclass
class Found:
    """`orphans`: image ids with objects, none younger than the grace, and no row. `inputs`: keys of model inputs of
    images that no job waits to label. `lost`: rows without an original. `size`: bytes of the first two. What is younger
    than `before` is not among them."""

    folders: int = 0
    orphans: list[UUID] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    size: int = 0
    lost: list[UUID] = field(default_factory=list)
    before: datetime = field(default=NEVER, compare=False)


async def look(library: Library, *, grace: timedelta = GRACE) -> Found:
    """Compare both sides, and change nothing."""
    before = datetime.now(UTC) - grace
    found, originals = Found(before=before), set[UUID]()
    connection = await connect(library.databases["catalog"])
    try:
        for folder in FOLDERS:
            images = await _listed(library.store, folder)
            found.folders += len(images)
            originals |= {image_id for image_id, objects in images.items() if _has_original(objects)}
            known = await _known(connection, list(images))
            for image_id, objects in images.items():
                if image_id not in known and max(info.modified_at for info in objects) < before:
                    found.orphans.append(image_id)
                    found.size += sum(info.size for info in objects)
            labelled = [image_id for image_id in images if image_id in known and not known[image_id]]
            for info in (info for image_id in labelled for info in images[image_id]):
                if info.key.endswith(f"/{MODEL_INPUT}") and info.modified_at < before:
                    found.inputs.append(info.key)
                    found.size += info.size
        async with connection.transaction():
            cursor = await connection.cursor(KEPT_IDS)
            while rows := await cursor.fetch(PAGE):
                found.lost += [row["id"] for row in rows if row["id"] not in originals]
        found.lost = await _still_lost(connection, library.store, found.lost)
    finally:
        await connection.close()
    return found


async def remove(library: Library, found: Found, *, force: bool) -> int:
    """Remove orphans, leftovers and folders that hold nothing; give how many objects went.

    Raises BackupError where there are too many orphans.
    """
    most = max(min(FEW, found.folders // 2), int(MOST_SHARE * found.folders))
    if len(found.orphans) > most and not force:
        raise BackupError(
            f"{len(found.orphans):,} of {found.folders:,} image folders have no row: too many, so nothing was "
            "removed. See that the database is the right one and complete; then say --force."
        )
    connection = await connect(library.databases["catalog"])
    removed = 0
    try:
        for start in range(0, len(found.orphans), PAGE):
            page = found.orphans[start : start + PAGE]
            known = await _known(connection, page)  # a restore may have brought rows meanwhile
            for image_id in page:
                if image_id not in known:
                    removed += await library.store.delete_prefix(image_prefix(image_id))
                    failpoint("reconcile.removed")
        for key in found.inputs:
            await library.store.delete(key)
            removed += 1
        for folder in FOLDERS:
            await library.store.prune(folder, before=found.before)
    finally:
        await connection.close()
    return removed


async def _listed(store: ObjectStore, folder: str) -> dict[UUID, list[ObjectInfo]]:
    """Objects by image; what is not named as ours is left alone."""
    images: dict[UUID, list[ObjectInfo]] = {}
    try:
        async for info in store.list(folder):
            parts = info.key.split("/")
            try:
                image_id = UUID(parts[2])
            except (ValueError, IndexError):
                continue
            images.setdefault(image_id, []).append(info)
    except ObjectMissing:
        return {}
    return images


async def _known(connection: Any, ids: list[UUID]) -> dict[UUID, bool]:  # noqa: ANN401 - asyncpg has no types
    """Of these the ones with a row, deleted ones too; and whether a job waits to label or to purge each."""
    rows = await connection.fetch(
        "SELECT id, deleted_at IS NOT NULL OR EXISTS (SELECT FROM jobs WHERE image_id = images.id AND kind = 'ingest') "
        "AS waits FROM images WHERE id = ANY($1)",
        ids,
    )
    return {row["id"]: row["waits"] for row in rows}


async def _still_lost(connection: Any, store: ObjectStore, ids: list[UUID]) -> list[UUID]:  # noqa: ANN401
    """What came or went while we looked is not lost."""
    lost = []
    for image_id in ids:
        try:
            await store.size(image_prefix(image_id) + ORIGINAL)
        except ObjectMissing:
            lost.append(image_id)
    rows = await connection.fetch(KEPT_AMONG, lost)
    return [row["id"] for row in rows]


def _has_original(objects: list[ObjectInfo]) -> bool:
    return any(info.key.endswith(f"/{ORIGINAL}") for info in objects)
