"""What the idle stack takes: proportional set size (PSS) of every process, against the bar of 1.2 GB. Linux only.

    make bench-memory                                   a new stack in a temporary folder, with untrained weights
    .venv/bin/python -m benchmarks.memory --data DIR    the stack that runs on DIR

PSS counts a page that n processes share as 1/n in each, so that the sum is what the machine really gives.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psutil

from benchmarks.machine import machine
from benchmarks.machine import stack as new_stack
from pictor.stack.ports import free_ports

BAR_MB = 1200
IDLE_CPU = 0.05  # of one core, over all processes, while nothing happens (health checks, autovacuum, job polling)
IDLE_TIMEOUT_S = 90


def running_on(data: Path) -> psutil.Process:
    """The `pictor up` that holds the lock of `data`."""
    try:
        return psutil.Process(json.loads((data / "pictor.lock").read_text())["pid"])
    except (OSError, ValueError, KeyError, psutil.NoSuchProcess):
        sys.exit(f"No stack runs on {data}.")


def wait_until_idle(stack: psutil.Process) -> float:
    """Wait until the last 5 s took less than IDLE_CPU; give what they took, in cores."""
    deadline = time.monotonic() + IDLE_TIMEOUT_S
    while True:
        before = cpu_seconds(stack)
        time.sleep(5)
        used = (cpu_seconds(stack) - before) / 5
        if used < IDLE_CPU or time.monotonic() > deadline:
            return used


def cpu_seconds(stack: psutil.Process) -> float:
    total = 0.0
    for process in tree(stack):
        try:
            times = process.cpu_times()
            total += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return total


def tree(stack: psutil.Process) -> list[psutil.Process]:
    return [stack, *stack.children(recursive=True)]


def name_of(process: psutil.Process, stack: psutil.Process) -> str:
    """The service that a process belongs to: its own, or that of the parent which the stack started."""
    if process.pid == stack.pid:
        return "pictor up"
    while process.ppid() != stack.pid:
        parent = process.parent()
        if parent is None:
            return "?"
        process = parent
    command = " ".join(process.cmdline())
    if "services.catalog.worker" in command:
        return "worker"
    for service in ("gateway", "catalog", "classifier", "similarity"):
        if f"services.{service}.main" in command:
            return service
    return process.name()


def memory(process: psutil.Process) -> tuple[float, float]:
    """PSS and RSS in MB (10^6 bytes)."""
    fields: dict[str, float] = {}
    for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":", 1)
        fields[name] = int(value.split()[0]) * 1024 / 1e6
    return fields["Pss"], fields["Rss"]


def table(stack: psutil.Process) -> float:
    """Print one line a service; give the sum of PSS in MB."""
    rows: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for process in tree(stack):
        try:
            rows[name_of(process, stack)].append(memory(process))
        except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            continue
    print(f"{'':12} {'processes':>9} {'PSS MB':>8} {'RSS MB':>8}")
    for name, processes in sorted(rows.items(), key=lambda row: -sum(pss for pss, _ in row[1])):
        pss, rss = (sum(column) for column in zip(*processes, strict=True))
        print(f"{name:12} {len(processes):9} {pss:8.0f} {rss:8.0f}")
    return sum(pss for processes in rows.values() for pss, _ in processes)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="the data folder of a running stack")
    data: Path | None = parser.parse_args().data
    if data:
        stack = running_on(data)
        idle, total = wait_until_idle(stack), table(stack)
    else:
        with (
            tempfile.TemporaryDirectory(prefix="pictor-memory-") as folder,
            new_stack(Path(folder), free_ports(1)[0], PICTOR_WEIGHTS="untrained") as (stack, _),
        ):
            idle, total = wait_until_idle(stack), table(stack)
    print(f"{'sum':12} {'':9} {total:8.0f}")
    verdict = "within" if total < BAR_MB else "OVER"
    print(f"{verdict} the bar of {BAR_MB} MB; {idle:.3f} cores while idle; {machine()}")
    return 0 if total < BAR_MB else 1


if __name__ == "__main__":
    sys.exit(main())
