"""Puts a new package in its place: whole or not at all, by one process at a time."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.locks import locked
from services.vision.packages.progress import Progress, Step

_WAIT_FOR_OTHER_BUILD_S = 3600.0  # as long as a download may take


def is_free(target: Path) -> bool:
    """Whether nothing stands there; an empty folder, such as a new volume, is as good as nothing."""
    return not target.exists() or (target.is_dir() and not any(target.iterdir()))


@contextmanager
def place(target: Path, progress: Progress) -> Iterator[None]:
    """Hold the absolute `target` for the length of the block: who else makes this package waits.

    Raises PackageError: BUSY after an hour, DISK for an OSError of the block.
    """
    waiting = Step("waiting for another build of this package")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = target.parent / f".{target.name}.lock"
        with locked(lock, wait_s=_WAIT_FOR_OTHER_BUILD_S, on_wait=lambda: progress(waiting)):
            yield
    except OSError as error:
        raise PackageError(
            PackageFault.DISK,
            f"Cannot write the package {target} ({error.strerror or error}): free space or choose another folder.",
        ) from error


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A hidden folder beside `target` to fill, which appears there when the block ends well, and is gone when not.

    Only inside `place`.
    """
    temporary = target.parent / f".{target.name}.building"
    shutil.rmtree(temporary, ignore_errors=True)  # of a build that was killed: we hold the lock, nobody works in it
    temporary.mkdir()
    try:
        yield temporary
        _settle(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _settle(temporary: Path, target: Path) -> None:
    """Make the files read-only, bring everything to the disk, then let the folder appear under its name."""
    for path in temporary.iterdir():
        path.chmod(0o444)
        _sync(path)
    _sync(temporary)
    temporary.rename(target)  # over an empty folder this is atomic, too
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
