"""Reading every original again: is it there, of its size, of its hash; and has every image its vector."""

import asyncio
import hashlib
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from pictor.backup.library import Library
from pictor.backup.originals import KEPT, KEPT_AMONG, KEPT_COUNT, connect
from pictor.stack.bootstrap.files import write_private
from services.catalog.storage.objects import ObjectMissing, ObjectStore
from services.catalog.storage.objects.keys import original_key

STATE = "verify.json"
PAGE = 200
SAY_EVERY_S = 2.0
ROWS = f"""
    SELECT id, sha256, bytes, damaged_at IS NOT NULL AS known FROM images
    WHERE {KEPT} AND id > $1 ORDER BY id LIMIT $2
"""  # noqa: S608 - our own text
MARK = "UPDATE images SET damaged_at = CASE WHEN $2 THEN now() END WHERE id = $1"
NOBODY = UUID(int=0)


@dataclass
class Verified:
    """`after` is the last image that was read: from there it goes on. The lists hold image ids."""

    after: str = str(NOBODY)
    images: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not (self.missing or self.damaged)


async def verify_originals(library: Library, *, bytes_per_s: float) -> Verified:
    """Read all originals, at most so fast, and note after every page how far it is. Raises StoreUnavailable."""
    state = library.settings.data / STATE
    found = Verified(**json.loads(state.read_text())) if state.is_file() else Verified()
    began, read_before, said = time.monotonic(), found.size, time.monotonic()
    connection = await connect(library.databases["catalog"])
    try:
        total = await connection.fetchval(KEPT_COUNT)
        while rows := await connection.fetch(ROWS, UUID(found.after), PAGE):
            for row in rows:
                await _read(connection, library.store, row, found)
                late_s = (found.size - read_before) / bytes_per_s - (time.monotonic() - began)
                await asyncio.sleep(max(late_s, 0))
                if time.monotonic() - said >= SAY_EVERY_S:
                    said = time.monotonic()
                    rate = (found.size - read_before) / (said - began) / 1e6
                    sys.stderr.write(f"verified: {found.images:,} of {total:,}, {rate:,.1f} MB/s\n")
            write_private(state, asdict(found))
    finally:
        await connection.close()
    state.unlink(missing_ok=True)
    return found


async def images_without_vector(library: Library) -> dict[str, int]:
    """For each space how many labelled images have no vector in it; an old space may lack those that came later."""
    catalog = await connect(library.databases["catalog"])
    similarity = await connect(library.databases["similarity"])
    try:
        spaces = await similarity.fetch("SELECT id, slot FROM spaces ORDER BY slot")
        lacking = dict.fromkeys((row["id"] for row in spaces), 0)
        async with catalog.transaction():
            cursor = await catalog.cursor("SELECT id FROM images WHERE deleted_at IS NULL AND state = 'ready'")
            while rows := await cursor.fetch(PAGE * 10):
                ids = [row["id"] for row in rows]
                for space in spaces:  # a slot is a number of the database's own: identifiers cannot be parameters
                    there = f"SELECT count(*) FROM points_{space['slot']} WHERE image_id = ANY($1)"  # noqa: S608
                    lacking[space["id"]] += len(ids) - await similarity.fetchval(there, ids)
    finally:
        await catalog.close()
        await similarity.close()
    return lacking


async def _read(connection: Any, store: ObjectStore, row: Any, found: Verified) -> None:  # noqa: ANN401
    digest, size = hashlib.sha256(), 0
    try:
        async for chunk in store.read(original_key(row["id"])):
            digest.update(chunk)
            size += len(chunk)
    except ObjectMissing:
        if await connection.fetchval(KEPT_AMONG, [row["id"]]):
            found.missing.append(str(row["id"]))
    else:
        damaged = (size, digest.hexdigest()) != (row["bytes"], row["sha256"])
        if damaged:
            found.damaged.append(str(row["id"]))
        if damaged is not row["known"]:
            await connection.execute(MARK, row["id"], damaged)
    found.after, found.images, found.size = str(row["id"]), found.images + 1, found.size + size
