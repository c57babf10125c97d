"""A folder as object store: for one machine, with no server to run."""

import asyncio
import logging
import os
import shutil
import stat
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, TypeVar

from services.catalog.storage.objects.port import (
    CHUNK,
    NoRoom,
    ObjectInfo,
    ObjectMissing,
    StoreUnavailable,
    require_key,
    require_prefix,
)
from services.kit.failpoints import failpoint

logger = logging.getLogger("pictor.store")
THREADS = 8
UNFINISHED_S = 24 * 3600
ROOM = 1024**3
"""Bytes: less than this on the disk is said."""
T = TypeVar("T")


class FolderStore:
    """Objects are files below `folder`, written to `.incoming` first, then renamed into place.

    Files that are put are flushed to disk before and after; bytes, which can be made again, are not.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / ".incoming"
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="folder-store")

    async def prepare(self) -> None:
        await self._run(self._prepare)

    async def check(self) -> None:
        await self._run(lambda: self._present(self._folder))

    async def check_room(self) -> None:
        await self._run(self._check_room)

    async def put_file(self, key: str, path: Path, media_type: str) -> None:  # noqa: ARG002 - a file has no media type
        await self._run(lambda: self._put(key, lambda target: _copy(path, target), durable=True))

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> None:  # noqa: ARG002
        await self._run(lambda: self._put(key, lambda target: target.write(data), durable=False))

    async def size(self, key: str) -> int:
        return await self._run(lambda: self._size(key))

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        left = length
        file, chunk = await self._run(lambda: _opened(self._path(key), start, _piece(length)))
        try:
            while chunk:
                yield chunk
                left = None if left is None else left - len(chunk)
                # A short piece is the last one.
                chunk = await self._run(partial(file.read, _piece(left))) if len(chunk) == CHUNK else b""
        finally:
            file.close()

    async def delete(self, key: str) -> None:
        await self._run(lambda: self._present(self._path(key)).unlink(missing_ok=True))

    async def delete_prefix(self, prefix: str) -> int:
        return await self._run(lambda: self._delete(self._present(self._folder / require_prefix(prefix))))

    async def prune(self, prefix: str, *, before: datetime) -> int:
        return await self._run(lambda: _prune(self._present(self._folder / require_prefix(prefix)), before))

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        for info in await self._run(lambda: list(self._walk(self._present(self._folder / require_prefix(prefix))))):
            yield info

    async def close(self) -> None:
        self._threads.shutdown(wait=False)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            if self._incoming.is_dir():
                raise ObjectMissing(str(error)) from error
            logger.warning("the image folder %s is gone", self._folder)
            raise StoreUnavailable from error
        except OSError as error:
            logger.warning("the image folder %s fails: %s", self._folder, error.strerror)
            raise StoreUnavailable from error

    def _prepare(self) -> None:
        """Make the folder, and remove what puts that were killed a day ago or longer left."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        for path in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > UNFINISHED_S:
                    path.unlink()

    def _check_room(self) -> None:
        if not os.access(self._present(self._incoming), os.W_OK):  # a file system that is mounted to be read, too
            raise NoRoom("Nothing can be written into the folder of images.")
        left = shutil.disk_usage(self._folder).free
        if left < ROOM:
            raise NoRoom(
                f"The disk of the images has {left / 1e6:,.0f} MB left: make room, or uploads will be refused."
            )

    def _path(self, key: str) -> Path:
        return self._folder / require_key(key)

    def _present(self, path: Path) -> Path:
        """Give the path back, if the store is there: in a disk that is not mounted, everything seems deleted."""
        if not self._incoming.is_dir():
            raise FileNotFoundError(self._incoming)
        return path

    def _size(self, key: str) -> int:
        found = self._path(key).stat()
        if not stat.S_ISREG(found.st_mode):
            raise IsADirectoryError(key)
        return found.st_size

    def _put(self, key: str, write: Callable[[BinaryIO], object], *, durable: bool) -> None:
        path, incoming = self._path(key), self._incoming / token_hex(16)
        try:
            with incoming.open("wb") as target:
                write(target)
                if durable:
                    target.flush()
                    os.fsync(target.fileno())
            failpoint("put.half")
            _make_folder(path.parent)
            incoming.replace(path)
            if durable:
                _flush_folder(path.parent)
        except BaseException as error:
            incoming.unlink(missing_ok=True)
            if not isinstance(error, FileNotFoundError):
                raise
            logger.warning("an object cannot be put: %s is gone", error.filename)
            raise StoreUnavailable from error

    @staticmethod
    def _delete(folder: Path) -> int:
        files = list(_files(folder))
        for file in files:
            file.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)  # but an empty folder is no object
        return len(files)

    def _walk(self, folder: Path) -> Iterator[ObjectInfo]:
        for path in _files(folder):
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            modified = datetime.fromtimestamp(found.st_mtime, UTC)
            yield ObjectInfo(str(path.relative_to(self._folder)), found.st_size, modified)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below the folder. What others remove meanwhile is no error."""
    for above, _, names in os.walk(folder):
        yield from (Path(above, name) for name in names)


def _prune(folder: Path, before: datetime) -> int:
    """A put that was killed may have made a folder and nothing in it."""
    removed = 0
    for path in [Path(above) for above, _, _ in os.walk(folder, topdown=False)]:
        with suppress(OSError):  # it holds something, or is gone
            if path != folder and path.stat().st_mtime < before.timestamp():
                path.rmdir()
                removed += 1
    return removed


def _opened(path: Path, start: int, length: int) -> tuple[BinaryIO, bytes]:
    """The open file, and its first piece from `start` on. Unbuffered, since pieces are large."""
    file = path.open("rb", buffering=0)
    file.seek(start)
    return file, file.read(length)


def _piece(left: int | None) -> int:
    return CHUNK if left is None else min(CHUNK, left)


def _copy(path: Path, target: BinaryIO) -> None:
    with path.open("rb") as source:
        shutil.copyfileobj(source, target, CHUNK)


def _make_folder(folder: Path) -> None:
    """Make the folder and those above it, each flushed to disk: an object is no safer than the way to it."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
