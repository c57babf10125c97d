"""The port to the object store.

Keys are made of `[A-Za-z0-9._/-]` and never rewritten with other bytes: an image's folder belongs to one row, for ever.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

CHUNK = 256 * 1024


class ObjectMissing(LookupError):
    """There is no object under the key."""


class StoreUnavailable(OSError):
    """The store does not answer, refuses, or is full."""


@dataclass(frozen=True)
class ObjectInfo:
    key: str
    size: int
    modified_at: datetime


class ObjectStore(Protocol):
    """Every method may raise StoreUnavailable; `size` and `read` raise ObjectMissing.

    A put is all or nothing, durable when it returns, and safe to repeat.
    """

    async def prepare(self) -> None:
        """Make what must be there (folder, bucket). Safe to repeat."""

    async def put_file(self, key: str, path: Path, media_type: str) -> None: ...

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> None: ...

    async def size(self, key: str) -> int: ...

    def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Yield `length` bytes from `start` on (to the end when None), in chunks of at most 256 KiB."""

    async def delete(self, key: str) -> None:
        """Remove one object; none is fine."""

    async def delete_prefix(self, prefix: str) -> int:
        """Remove every object below the prefix, which ends with `/`; say how many. None is fine."""

    def list(self, prefix: str) -> AsyncIterator[ObjectInfo]: ...

    async def close(self) -> None: ...


async def read_all(store: ObjectStore, key: str) -> bytes:
    """Read a small object whole."""
    return b"".join([chunk async for chunk in store.read(key)])
