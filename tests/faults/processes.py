"""Catalog and worker as processes that may be killed, and are started again as `pictor up` would."""

import asyncio
import contextlib
import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.photographs import REPOSITORY

SMALL = 1000
RECONCILE = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from pictor.backup.library import Library
from pictor.integrity.reconcile import look, remove
from pictor.stack.settings import StackSettings
from services.catalog.storage.objects import FolderStore

async def main(url, folder):
    store = FolderStore(folder / "objects")
    library = Library(StackSettings(folder, 8000, "auto"), {"catalog": url}, store)
    await remove(library, await look(library, grace=timedelta(0)), force=True)

asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
"""


def reconcile_and_die(url: str, folder: Path, times: int) -> int:
    """Run `pictor reconcile --apply` without grace, to be killed after so many removals; say whether it was."""
    environment = {**os.environ, "PICTOR_FAILPOINT": f"reconcile.removed:{times}"}
    done = subprocess.run(
        [sys.executable, "-c", RECONCILE, url, str(folder)], cwd=REPOSITORY, env=environment, timeout=60, check=False
    )
    return int(done.returncode == -signal.SIGKILL)


@dataclass
class Process:
    """Started again whenever it ends, unless `close` was called; a failpoint is for one life."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    deaths: int = 0
    _running: "subprocess.Popen[bytes] | None" = None
    _closed: bool = False
    _watch: "asyncio.Task[None] | None" = field(default=None)

    def start(self, failpoint: str = "") -> None:
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                cwd=REPOSITORY,
                env={**os.environ, **self.environment, "PICTOR_FAILPOINT": failpoint},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if self._watch is None:
            self._watch = asyncio.create_task(self._keep())

    def kill(self, failpoint: str = "") -> None:
        """End it with SIGKILL; start it again, now or with the failpoint."""
        process, self._running = self._running, None
        if process is not None:
            process.kill()
            process.wait()
        self.start(failpoint)

    def limit_files(self, size: int | None) -> None:
        """Let it write no file beyond so many bytes: what a full disk looks like, for this process alone."""
        if self._running is not None and self._running.poll() is None:
            limit = resource.RLIM_INFINITY if size is None else size
            resource.prlimit(self._running.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def kill_below(self, module: str) -> int:
        """Kill the processes that this one started from a module; say how many."""
        if self._running is None:
            return 0
        pid, killed = self._running.pid, 0
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in path.read_text().split():
                with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                    if module in Path(f"/proc/{child}/cmdline").read_text():
                        os.kill(int(child), signal.SIGKILL)
                        killed += 1
        return killed

    async def close(self) -> None:
        self._closed = True
        if self._watch is not None:
            self._watch.cancel()
        if self._running is not None:
            self._running.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(self._running.wait, 20)
            except subprocess.TimeoutExpired:
                self._running.kill()
                self._running.wait()

    async def _keep(self) -> None:
        while not self._closed:
            await asyncio.sleep(0.05)
            if self._running is not None and self._running.poll() is not None:
                self.deaths += 1
                self.start()
