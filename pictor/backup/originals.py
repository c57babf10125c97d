"""Copying originals from one store to the other, each checked by its hash on the way."""

import asyncio
import hashlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.engine import make_url

from services.catalog.storage.objects import ObjectMissing, ObjectStore

AT_ONCE = 4
SAY_EVERY_S = 2.0
PAGE = 500
CONNECT_TIMEOUT_S, COMMAND_TIMEOUT_S = 30, 3600
"""The longest command removes vectors that no image has, from one table."""
KEPT = "(deleted_at IS NULL OR trashed_until IS NOT NULL)"
"""Images whose bytes are to last: those in the trash can be restored."""
LIVE = f"SELECT id, sha256, bytes, media_type FROM images WHERE {KEPT} ORDER BY id"  # noqa: S608 - our own text
KEPT_IDS = f"SELECT id FROM images WHERE {KEPT}"  # noqa: S608 - our own text
KEPT_AMONG = f"{KEPT_IDS} AND id = ANY($1)"
KEPT_COUNT = f"SELECT count(*), coalesce(sum(bytes), 0)::bigint FROM images WHERE {KEPT}"  # noqa: S608 - our own text


@dataclass(frozen=True)
class Original:
    id: UUID
    sha256: str
    size: int
    media_type: str


@dataclass
class Copied:
    """What became of the originals; `there` were there already."""

    copied: int = 0
    there: int = 0
    size: int = 0
    missing: list[UUID] = field(default_factory=list)
    damaged: list[UUID] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.copied + self.there + len(self.missing) + len(self.damaged)


async def connect(url: str) -> Any:  # noqa: ANN401 - asyncpg has no types
    parsed = make_url(url)
    return await asyncpg.connect(
        host=parsed.query.get("host") or parsed.host,
        port=parsed.port or 5432,
        user=parsed.username,
        password=parsed.password,
        database=parsed.database,
        timeout=CONNECT_TIMEOUT_S,
        command_timeout=COMMAND_TIMEOUT_S,
    )


async def live_originals(connection: Any) -> AsyncIterator[Original]:  # noqa: ANN401
    """The images that are not deleted for good, in the transaction of the connection."""
    cursor = await connection.cursor(LIVE)
    while rows := await cursor.fetch(PAGE):
        for row in rows:
            yield Original(row["id"], row["sha256"], row["bytes"], row["media_type"])


async def copy_originals(
    originals: AsyncIterator[Original],
    source: Callable[[UUID], tuple[ObjectStore, str]],
    target: Callable[[UUID], tuple[ObjectStore, str]],
    *,
    total: int,
) -> Copied:
    """Copy what the target does not have in the same size; say every two seconds how far it is."""
    found, turn, began = Copied(), asyncio.Lock(), time.monotonic()
    said = began

    async def work() -> None:
        nonlocal said
        while True:
            async with turn:
                original = await anext(originals, None)
            if original is None:
                return
            await _copy(original, source(original.id), target(original.id), found)
            if time.monotonic() - said >= SAY_EVERY_S:
                said = time.monotonic()
                _say(found, total, said - began)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())
    return found


async def _copy(
    original: Original, source: tuple[ObjectStore, str], target: tuple[ObjectStore, str], found: Copied
) -> None:
    try:
        if await target[0].size(target[1]) == original.size:
            found.there += 1
            return
    except ObjectMissing:
        pass
    with tempfile.NamedTemporaryFile(prefix="pictor-copy-") as file:
        digest = hashlib.sha256()
        try:
            async for chunk in source[0].read(source[1]):
                digest.update(chunk)
                file.write(chunk)
        except ObjectMissing:
            found.missing.append(original.id)
            return
        file.flush()
        if digest.hexdigest() != original.sha256:
            found.damaged.append(original.id)
            return
        await target[0].put_file(target[1], Path(file.name), original.media_type)
    found.copied += 1
    found.size += original.size


def _say(found: Copied, total: int, seconds: float) -> None:
    rate = found.done / seconds
    sys.stderr.write(
        f"originals: {found.done:,} of {total:,}, {rate:,.0f} a second, {found.size / seconds / 1e6:,.1f} MB/s, "
        f"{max(total - found.done, 0) / rate if rate else 0:,.0f} s left\n"
    )
