"""One stack at a time on a data folder."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pictor.stack.settings import StackError


class LibraryInUse(StackError):
    """Another process holds the data folder."""


@contextmanager
def exclusive(path: Path, *, url: str) -> Iterator[None]:
    """Hold the lock file `path` while in the block; the kernel lets go of it however this process ends.

    The file names the holder, for the message that a second start gets as LibraryInUse. It stays when the lock is
    released: unlinking a lock file lets two holders lock two files of one name.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LibraryInUse(
                f"Pictor already runs on {path.parent}{_holder(descriptor)}. Stop that one, or set PICTOR_DATA to "
                "another folder (and PICTOR_PORT to another port)."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "url": url}).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return f" (process {holder['pid']}, {holder['url']})"
    except (ValueError, KeyError, TypeError):
        return ""  # it is just writing its name
