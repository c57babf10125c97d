"""Originals as one ZIP file, written while it is sent: stored as they are, no more than a chunk of it in memory."""

import hashlib
import io
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from services.catalog.domain import ImageRecord
from services.catalog.services.streams.entry_names import EntryNames
from services.catalog.storage.objects import ObjectMissing, ObjectStore, StoreUnavailable
from services.catalog.storage.objects.keys import original_key

logger = logging.getLogger("pictor.archive")
MANIFEST = "manifest.json"
FILE_MODE = 0o644 << 16
FIRST_YEAR, LAST_YEAR = 1980, 2107
"""ZIP's own calendar."""
Outcome = Literal["ok", "missing", "incomplete", "damaged"]


@dataclass(frozen=True)
class ArchivedImage:
    """What became of one image. `file` is None when nothing of it is in the archive."""

    id: str
    file: str | None
    sha256: str
    bytes: int
    outcome: Outcome


class _Pipe(io.RawIOBase):
    """What zipfile writes to, and what is sent is taken from. It cannot seek, so nothing is written twice."""

    def __init__(self) -> None:
        super().__init__()
        self._chunks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # zipfile gives bytes
        self._chunks.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._chunks)
        self._chunks.clear()
        return taken


async def archive(
    store: ObjectStore, images: AsyncIterator[ImageRecord], *, gone: list[str]
) -> AsyncGenerator[bytes, None]:
    """Yield a ZIP file of the images' originals, and at its end a manifest that says what became of each.

    What cannot be read, or not whole, or has other bytes than were kept, says so there; `gone` are ids of images that
    were asked for and are no longer there, filled while the images are read.
    """
    pipe, names, made = _Pipe(), EntryNames(reserved=MANIFEST), list[ArchivedImage]()
    with ZipFile(pipe, "w", ZIP_STORED) as file:
        async for image in images:
            async with aclosing(_entry(file, store, image, names, made)) as steps:
                async for _ in steps:
                    yield pipe.take()
            yield pipe.take()
        file.writestr(_info(MANIFEST, datetime.now(UTC)), _manifest(made, gone))
        yield pipe.take()
    yield pipe.take()


async def _entry(
    file: ZipFile, store: ObjectStore, image: ImageRecord, names: EntryNames, made: list[ArchivedImage]
) -> AsyncGenerator[None, None]:
    """Write one original; yield whenever something of it is there to be sent."""
    chunks = store.read(original_key(image.id), 0, image.bytes)
    name, digest, size = None, hashlib.sha256(), 0
    outcome: Outcome = "missing"
    try:
        first = await anext(chunks, b"")
        name = names.of(image)
        info = _info(name, image.taken_local or image.created_at)
        with file.open(info, "w", force_zip64=image.bytes >= 1 << 31) as entry:
            outcome = "incomplete"
            chunk: bytes | None = first
            while chunk:
                entry.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                yield
                chunk = await anext(chunks, None)
            if size == image.bytes:
                outcome = "ok" if digest.hexdigest() == image.sha256 else "damaged"
    except (ObjectMissing, StoreUnavailable) as error:
        logger.warning("the original of %s could not be read for an archive: %r", image.id, error)
    made.append(ArchivedImage(str(image.id), name, image.sha256, image.bytes, outcome))


def _info(name: str, at: datetime) -> ZipInfo:
    info = ZipInfo(name, date_time=(min(max(at.year, FIRST_YEAR), LAST_YEAR), *at.timetuple()[1:6]))
    info.compress_type = ZIP_STORED
    info.external_attr = FILE_MODE
    return info


def _manifest(made: list[ArchivedImage], gone: list[str]) -> bytes:
    troubles = sum(image.outcome != "ok" for image in made) + len(gone)
    said = {"images": [asdict(image) for image in made], "no_longer_there": gone, "troubles": troubles}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()
