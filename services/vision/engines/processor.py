"""The processor and the memory that this process may use."""

import hashlib
import os
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
_MEMINFO = Path("/proc/meminfo")
_CGROUPS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"), Path("/sys/fs/cgroup/memory/memory.usage_in_bytes")),
)


def cores() -> int:
    """The cores that this process may use: fewer than the machine has, in a container that was given some."""
    return len(os.sched_getaffinity(0))


def processor_name() -> str:
    """The processor, told apart from others by what it can do, and the number of cores; `unknown` outside Linux."""
    found: dict[str, str] = {}
    for line in _read(_CPUINFO).splitlines():
        name, _, value = line.partition(":")
        found.setdefault(name.strip(), value.strip())
    known = ", ".join(
        f"{name} {found[name]}" for name in ("model name", "cpu family", "model", "stepping") if name in found
    )
    flags = hashlib.sha256(" ".join(sorted(found.get("flags", "").split())).encode()).hexdigest()[:8]
    return f"{known.removeprefix('model name ') or 'unknown'}, flags {flags}, {cores()} cores"


def free_memory() -> int:
    """Bytes that this process may still take: of the machine, or of its container where that has less."""
    lines = dict(line.split(":", 1) for line in _read(_MEMINFO).splitlines() if ":" in line)
    free = int(lines.get("MemAvailable", "0 kB").split()[0]) * 1024
    for limit, used in _CGROUPS:
        most, now = _read(limit).strip(), _read(used).strip()
        if most.isdigit() and now.isdigit():
            free = min(free, max(int(most) - int(now), 0))
    return free


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
