"""The data folder, its disk, the port, the clock."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pictor.doctor.findings import Finding, fail, ok, warn
from pictor.stack.ports import require_free
from pictor.stack.settings import RESTORING, StackError, StackSettings

GIGABYTE = 1e9
LITTLE_ROOM, NO_ROOM = 5 * GIGABYTE, 0.5 * GIGABYTE
AHEAD_S = 300


def data_folder(settings: StackSettings) -> Iterator[Finding]:
    """See that everything below can be written by who runs this, and PostgreSQL's part by whom it runs as."""
    check, folder = "data folder", settings.data
    if not folder.exists():
        above = next(parent for parent in folder.parents if parent.exists())
        wrong = _unwritable(above)
        if wrong:
            yield fail(check, f"{folder} cannot be made: {wrong}", f"Make it, or let {_me()} write in {above}.")
        else:
            yield ok(check, f"{folder} is not there yet; `pictor up` makes it")
        return
    for path in (folder, settings.objects, settings.models, settings.logs):
        if (path.exists() or path.is_symlink()) and (wrong := _unwritable(path)):
            yield fail(check, f"nothing can be written in {path}: {wrong}", f"chown -R {_me()} {folder}")
            return
    if (settings.data / RESTORING).exists():
        yield fail(check, f"a restore into {folder} is not complete", "Run the same `pictor restore` again.")
    if settings.postgres.exists():
        yield from _cluster(settings.postgres)
    yield ok(check, f"{folder} can be written")


def _cluster(folder: Path) -> Iterator[Finding]:
    status = folder.stat()
    if os.geteuid() == 0 and status.st_uid == 0:
        step = f"chown -R pgserver {folder}"
        yield fail("postgres folder", f"{folder} belongs to root, whom PostgreSQL refuses to run as", step)
    elif os.geteuid() not in {0, status.st_uid}:
        yield fail("postgres folder", f"{folder} belongs to user {status.st_uid}", f"chown -R {_me()} {folder}")
    elif stat.S_IMODE(status.st_mode) & 0o027:
        mode = f"{stat.S_IMODE(status.st_mode):o}"
        yield fail(
            "postgres folder", f"others may enter {folder} (mode {mode}): it refuses that", f"chmod 700 {folder}"
        )


def disk(settings: StackSettings) -> Iterator[Finding]:
    folder = next(path for path in (settings.data, *settings.data.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    said = f"{free / GIGABYTE:,.1f} GB are free at {folder}"
    if free < NO_ROOM:
        yield fail("disk", said, "Make room: uploads are refused, and PostgreSQL stops when it cannot write.")
    elif free < LITTLE_ROOM:
        yield warn("disk", said, "Make room soon, or move PICTOR_DATA to a larger disk.")
    else:
        yield ok("disk", said)


def port(settings: StackSettings, *, runs: bool) -> Iterator[Finding]:
    """A stack that runs has its port; else it must be free."""
    if runs:
        yield ok("port", f"the stack that runs on {settings.data} has its port")
        return
    try:
        require_free(settings.port)
    except StackError as error:
        said, _, step = str(error).partition(". ")
        yield fail("port", said, step)
    else:
        yield ok("port", f"{settings.port} is free")


def clock(settings: StackSettings) -> Iterator[Finding]:
    """Of the files that Pictor itself wrote, none can be of the future: keys, leases and tokens go by the clock."""
    written = [settings.lock, settings.secrets, settings.credentials, *settings.logs.glob("*.log")]
    newest = max((path.stat().st_mtime for path in written if path.exists()), default=0.0)
    ahead_s = newest - time.time()
    if ahead_s > AHEAD_S:
        said = f"files of the data folder are {ahead_s / 3600:,.1f} h in the future: the clock went back"
        yield fail("clock", said, "Set the clock (timedatectl set-ntp true), then ask again.")
    else:
        yield ok("clock", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))


def _unwritable(folder: Path) -> str:
    """Say why no file can be made in a folder; empty when one can. Tried for real: rights do not tell everything."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _me() -> str:
    return str(os.geteuid())
