"""The port to the object store.

Keys are made of `[A-Za-z0-9._/-]` and never rewritten with other bytes: an image's folder belongs to one row, for ever.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from services.kit.http.problems import Unavailable

CHUNK = 256 * 1024
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class ObjectMissing(LookupError):
    """There is no object under the key."""


class StoreUnavailable(Unavailable):
    """The store does not answer, refuses, or is full. The log says how; outside it is told to try again."""

    def __init__(self) -> None:
        super().__init__("The image store does not answer; try again shortly.")


class NoRoom(Exception):
    """What an operator has to see to; the store can still be read from."""


class InvalidKey(ValueError):
    """A key that no store takes: our mistake, never the caller's, who has no say in keys."""


@dataclass(frozen=True)
class ObjectInfo:
    key: str
    size: int
    modified_at: datetime


class ObjectStore(Protocol):
    """Every method may raise StoreUnavailable, and InvalidKey; `size` and `read` raise ObjectMissing.

    A put is all or nothing, and safe to repeat. `put_file` is durable when it returns. What `put_bytes` keeps can be
    made again (variants, model inputs): after a power failure it may be gone, or empty.
    """

    async def prepare(self) -> None:
        """Make what must be there (folder, bucket). Safe to repeat."""

    async def check(self) -> None:
        """Return when the store is there. Makes nothing: a store that lost its folder must not look well, and empty."""

    async def check_room(self) -> None:
        """Raise NoRoom when the next image may not fit, or nothing can be written; as far as the store can know."""

    async def put_file(self, key: str, path: Path, media_type: str) -> None: ...

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> None: ...

    async def size(self, key: str) -> int: ...

    def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Yield `length` bytes from `start` on (to the end when None), in chunks of at most 256 KiB."""

    async def delete(self, key: str) -> None:
        """Remove one object; none is fine."""

    async def delete_prefix(self, prefix: str) -> int:
        """Remove every object below the prefix, which ends with `/`; say how many. None is fine."""

    async def prune(self, prefix: str, *, before: datetime) -> int:
        """Remove folders below the prefix that hold nothing and were changed before that; say how many. A store without
        folders has none."""

    def list(self, prefix: str) -> AsyncIterator[ObjectInfo]: ...

    async def close(self) -> None: ...


def require_key(key: str) -> str:
    """Give the key back; raise InvalidKey when a part of it is empty or begins with a dot."""
    if not all(_PART.fullmatch(part) for part in key.split("/")):
        raise InvalidKey(key)
    return key


def require_prefix(prefix: str) -> str:
    """Give the prefix back; raise InvalidKey unless it is a key and a `/`, without which neighbours were meant too."""
    if not prefix.endswith("/"):
        raise InvalidKey(prefix)
    require_key(prefix[:-1])
    return prefix


async def read_all(store: ObjectStore, key: str) -> bytes:
    """Read a small object whole."""
    return b"".join([chunk async for chunk in store.read(key)])
