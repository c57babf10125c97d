"""What a killed earlier run may have left of its PostgreSQL: processes, and files that claim that it still runs."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

from pictor.stack.process.output import say
from pictor.stack.settings import StackError

_STEPS = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 7.0), (signal.SIGKILL, 5.0))
"""PostgreSQL's fast shutdown, its immediate one, and the end; each with its time in seconds."""


async def clear_leftovers(cluster: Path, sockets: Path) -> None:
    """Make `cluster` startable. To be called by the holder of the data folder's lock only.

    Server processes that still work in the folder are stopped, all of them: an orphaned backend beside a new server
    would destroy the data. Then lock files are removed, which PostgreSQL itself would believe as soon as any process
    has taken the old number (after a reboot, or in a container, that is likely). Raise StackError when a process stays.
    """
    pid_file = cluster / "postmaster.pid"
    if pid_file.exists():
        for signum, patience_s in _STEPS:
            working = _working_in(cluster)
            if not working:
                break
            say(f"an earlier PostgreSQL still works on {cluster}: {signum.name} to {len(working)} processes")
            _signal(working, signum)
            await _gone(cluster, patience_s)
        if left := _working_in(cluster):
            numbers = ", ".join(str(process.pid) for process in left)
            raise StackError(f"An earlier PostgreSQL does not let go of {cluster}: stop the processes {numbers}.")
        pid_file.unlink(missing_ok=True)
    _remove_sockets(sockets)


def _remove_sockets(folder: Path) -> None:
    for stale in folder.glob(".s.PGSQL.*"):
        stale.unlink(missing_ok=True)


def _working_in(cluster: Path) -> list[psutil.Process]:
    """The server processes whose working folder is the cluster: that identifies them, not a number in a file."""
    return [
        process
        for process in psutil.process_iter(["name", "cwd", "ppid"])
        if process.info["name"] == "postgres" and process.info["cwd"] == str(cluster)
    ]


def _signal(processes: list[psutil.Process], signum: signal.Signals) -> None:
    """The postmaster passes its own shutdown on; without one, or with SIGKILL, each process is told."""
    numbers = {process.pid for process in processes}
    heads = [process for process in processes if process.info["ppid"] not in numbers]
    for process in processes if signum == signal.SIGKILL else heads:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signum)


async def _gone(cluster: Path, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while _working_in(cluster) and time.monotonic() < deadline:  # noqa: ASYNC110 - nobody tells us of strangers' ends
        await asyncio.sleep(0.1)
