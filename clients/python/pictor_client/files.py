"""A picture's bytes on their way to the server."""

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import anyio.to_thread

from pictor_client.core.types import File
from pictor_client.errors import FileChanged

Picture = str | os.PathLike[str] | bytes | BinaryIO
"""A path, the bytes themselves, or a file that is open for reading in binary mode."""

_CHUNK = 256 * 1024
_IN_MEMORY = 8 * 1024 * 1024


class Body:
    """Read again from its beginning for every attempt to send it; only one attempt at a time.

    The last chunk is held back until the bytes have the size, and the SHA-256 where one is given, that they had before:
    otherwise FileChanged, and the server is left with half a body, which it drops.
    """

    def __init__(self, picture: Picture, *, sha256: str | None = None) -> None:
        self._path = Path(picture) if isinstance(picture, str | os.PathLike) else None
        self.name = _name(self._path) if self._path else ""
        """What the file is called, as the API takes it."""
        self._sha256 = sha256.lower() if sha256 else None
        if self._path is not None:
            self.size = self._path.stat().st_size
            return
        self._file = _seekable(io.BytesIO(picture) if isinstance(picture, bytes) else cast("BinaryIO", picture))
        self._start = self._file.tell()
        self.size = self._file.seek(0, os.SEEK_END) - self._start

    def __iter__(self) -> Iterator[bytes]:
        if self._path is None:
            self._file.seek(self._start)
            yield from self._checked(self._file)
        else:
            with self._path.open("rb") as file:
                yield from self._checked(file)

    def _checked(self, file: BinaryIO) -> Iterator[bytes]:
        digest, seen, held = hashlib.sha256(), 0, b""
        while chunk := file.read(_CHUNK):
            seen += len(chunk)
            if seen > self.size:
                break
            if held:
                yield held
            digest.update(chunk)
            held = chunk
        if seen != self.size or (self._sha256 is not None and digest.hexdigest() != self._sha256):
            raise FileChanged(f"{self.name or 'the file'} changed while it was read")
        if held:
            yield held

    def tell(self) -> int:
        """With `seek`: how httpx learns the Content-Length."""
        return 0

    def seek(self, _offset: int, _whence: int = os.SEEK_SET) -> int:
        return self.size


class AsyncBody:
    """The same, read in a thread."""

    def __init__(self, body: Body) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = iter(self._body)
        while (chunk := await anyio.to_thread.run_sync(next, chunks, None)) is not None:
            yield chunk


def as_file(body: Body | AsyncBody) -> File:
    """The generated core only passes it on to httpx, which takes what can be iterated."""
    return File(cast("BinaryIO", body))


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name(path: Path) -> str:
    """Names of files may be any bytes; what is no text or not printable is shown as such."""
    text = path.name.encode("utf-8", "replace").decode()
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _seekable(file: BinaryIO) -> BinaryIO:
    if file.seekable():
        return file
    kept = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it goes with the Body
    shutil.copyfileobj(file, kept)
    kept.seek(0)
    return cast("BinaryIO", kept)
