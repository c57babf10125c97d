"""A folder as object store: for one machine, with no server to run."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, TypeVar

from services.catalog.storage.objects.port import CHUNK, ObjectInfo, ObjectMissing, StoreUnavailable

THREADS = 8
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
T = TypeVar("T")


class FolderStore:
    """Objects are files below `folder`, written to `.incoming` first, flushed to disk, then renamed into place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / ".incoming"
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="folder-store")

    async def prepare(self) -> None:
        await self._run(lambda: self._incoming.mkdir(parents=True, exist_ok=True))

    async def put_file(self, key: str, path: Path, media_type: str) -> None:  # noqa: ARG002 - a file has no media type
        await self._run(lambda: self._put(key, lambda target: _copy(path, target)))

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> None:  # noqa: ARG002
        await self._run(lambda: self._put(key, lambda target: target.write(data)))

    async def size(self, key: str) -> int:
        return await self._run(lambda: self._path(key).stat().st_size)

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        file = await self._run(lambda: self._path(key).open("rb"))
        try:
            await self._run(lambda: file.seek(start))
            left = length
            while left is None or left > 0:
                chunk = await self._run(lambda: file.read(CHUNK if left is None else min(CHUNK, left)))  # noqa: B023
                if not chunk:
                    return
                left = None if left is None else left - len(chunk)
                yield chunk
        finally:
            file.close()

    async def delete(self, key: str) -> None:
        await self._run(lambda: self._path(key).unlink(missing_ok=True))

    async def delete_prefix(self, prefix: str) -> int:
        return await self._run(lambda: self._delete(prefix))

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        for info in await self._run(lambda: list(self._walk(prefix))):
            yield info

    async def close(self) -> None:
        self._threads.shutdown(wait=False)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise ObjectMissing(str(error)) from error
        except OSError as error:
            raise StoreUnavailable(f"the image folder {self._folder} fails: {error.strerror}") from error

    def _path(self, key: str) -> Path:
        if not all(_PART.fullmatch(part) for part in key.removesuffix("/").split("/")):
            raise ObjectMissing(key)
        return self._folder / key

    def _put(self, key: str, write: Callable[[BinaryIO], object]) -> None:
        path, incoming = self._path(key), self._incoming / token_hex(16)
        try:
            with incoming.open("wb") as target:
                write(target)
                target.flush()
                os.fsync(target.fileno())
            path.parent.mkdir(parents=True, exist_ok=True)
            incoming.replace(path)
            _flush_folder(path.parent)
        except FileNotFoundError as error:
            raise StoreUnavailable(f"the image folder {self._folder} is gone") from error
        finally:
            incoming.unlink(missing_ok=True)

    def _delete(self, prefix: str) -> int:
        folder = self._path(prefix)
        count = sum(1 for item in folder.rglob("*") if item.is_file()) if folder.is_dir() else 0
        shutil.rmtree(folder, ignore_errors=True)
        return count

    def _walk(self, prefix: str) -> Iterator[ObjectInfo]:
        for path in sorted(self._path(prefix).rglob("*")):
            if path.is_file():
                found = path.stat()
                modified = datetime.fromtimestamp(found.st_mtime, UTC)
                yield ObjectInfo(str(path.relative_to(self._folder)), found.st_size, modified)


def _copy(path: Path, target: BinaryIO) -> None:
    with path.open("rb") as source:
        shutil.copyfileobj(source, target, CHUNK)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
