"""What every benchmark says of the machine, and how it starts what it measures."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

START_TIMEOUT_S = 900


def machine() -> str:
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = models[0].partition(":")[2].strip() if models else "unknown processor"
    return f"{model}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB"


@contextmanager
def started(command: list[str], log: Path, *, until: str, **environment: str) -> Iterator[psutil.Process]:
    """Run a command until the block ends; the block begins when its output has the text `until`."""
    with log.open("w") as output:
        child = subprocess.Popen(command, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while until not in log.read_text():
            if child.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{' '.join(command)} did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)
        yield psutil.Process(child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)


@contextmanager
def stack(folder: Path, port: int, **environment: str) -> Iterator[tuple[psutil.Process, dict[str, str]]]:
    """Run `pictor up` on a folder; give its process and the first user's credentials."""
    settings = {"PICTOR_DATA": str(folder / "data"), "PICTOR_PORT": str(port), **environment}
    command = [sys.executable, "-m", "pictor.cli", "up"]
    with started(command, folder / "up.log", until="Pictor is ready", **settings) as process:
        yield process, json.loads((folder / "data" / "credentials.json").read_text())
