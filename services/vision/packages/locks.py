"""A lock between processes, for two builds of one package at once."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from services.vision.packages.errors import PackageError, PackageFault

_POLL_S = 0.2


@contextmanager
def locked(path: Path, *, wait_s: float, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file `path`, which stays behind empty; `on_wait` is called once when another process holds it.

    The lock ends with its process, however that ends. Raises PackageError (BUSY) after `wait_s`.
    """
    deadline = time.monotonic() + wait_s
    told = False
    with path.open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise PackageError(
                        PackageFault.BUSY, f"Another build has held {path} for {wait_s:.0f} s: wait for it or end it."
                    ) from None
                if not told:
                    on_wait()
                    told = True
                time.sleep(_POLL_S)
        yield
