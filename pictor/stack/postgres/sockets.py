"""A private folder for PostgreSQL's socket, whose whole name must fit into some 100 bytes."""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pictor.stack.postgres.system_user import give_to
from pictor.stack.process.child_process import Owner
from pictor.stack.settings import StackError


@contextmanager
def socket_folder(preferred: Path, owner: Owner | None) -> Iterator[Path]:
    """Give `preferred` where a socket can be made in it; else, for a long path or a file system without sockets, a
    temporary folder, removed at the end. Private to `owner`. Raise StackError when nothing fits."""
    preferred.mkdir(exist_ok=True)
    if _takes_sockets(preferred):
        give_to(preferred, owner)
        yield preferred
        return
    for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes it private
        if not base or (owner is not None and base == os.environ.get("XDG_RUNTIME_DIR")):
            continue  # a runtime folder is its user's alone: `owner` cannot pass
        with tempfile.TemporaryDirectory(prefix="pictor-", dir=base, ignore_cleanup_errors=True) as name:
            if _takes_sockets(Path(name)):
                give_to(Path(name), owner)
                yield Path(name)
                return
    raise StackError(
        f"No folder takes PostgreSQL's socket: {preferred} is too long. Set PICTOR_DATA or TMPDIR to a shorter one."
    )


def _takes_sockets(folder: Path) -> bool:
    probe = folder / ".s.PGSQL.probe"  # as long as .s.PGSQL.5432 and its lock file allow
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.bind(str(probe))
        except OSError:
            return False
        finally:
            probe.unlink(missing_ok=True)
    return True
