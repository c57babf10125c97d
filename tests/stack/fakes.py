"""Small real processes that stand in for the services, so that the supervisor's own behaviour is what is tested."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from pictor.stack.process.child_process import ChildSpec

ROOT = Path(__file__).parents[2]
OBEDIENT = "import time; print('hello', flush=True); time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('hello', flush=True); time.sleep(60)"
)
SHORT_LIVED = "raise SystemExit(3)"
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
print('grandchild', child.pid, flush=True)
time.sleep(60)
"""


def a_spec(folder: Path, name: str = "fake", *, program: str = OBEDIENT) -> ChildSpec:
    """A Python program as a child; `-S` because nothing of site-packages is needed."""
    argv = (sys.executable, "-S", "-c", program)
    return ChildSpec(name, argv, {"PATH": os.environ["PATH"]}, folder, folder / f"{name}.log")


@asynccontextmanager
async def a_stack_to_kill(folder: Path, kind: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, int]]]:
    """A supervisor in a process of its own (see supervised.py), with the process ids of its children by name."""
    command = (sys.executable, "-m", "tests.stack.supervised", str(folder), kind)
    stack = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
    try:
        await eventually(lambda: read_json(folder / "pids.json"), within_s=60)
        yield stack, read_json(folder / "pids.json") or {}
    finally:
        if stack.returncode is None:
            stack.kill()
        await stack.wait()


async def eventually(condition: Callable[[], object], *, within_s: float = 60.0) -> None:
    """Wait until `condition` holds; fail when it does not in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        await asyncio.sleep(0.02)


def gone(pid: int) -> bool:
    """No such process, or one that is dead and only waits to be collected."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def read_json(path: Path) -> dict[str, int] | None:
    """None while the other process has not written it."""
    try:
        content: dict[str, int] = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return content
