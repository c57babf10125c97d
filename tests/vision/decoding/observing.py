"""What the kernel says about a process, for tests that look at the decoder from outside."""

import asyncio
from pathlib import Path

from services.vision.decoding import Decoder

PATIENCE_S = 60.0


def zygote_of(decoder: Decoder) -> int:
    """The process id of a started decoder's zygote."""
    assert decoder.zygote_pid is not None
    return decoder.zygote_pid


def children_of(pid: int) -> list[int]:
    """Children that are not reaped yet, zombies included."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_gone(pid: int) -> bool:
    """Ended; a zombie that waits for a parent which is not ours counts."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return True


def status_of(pid: int) -> dict[str, str]:
    """/proc/PID/status; nothing for a process that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def descriptors_of(pid: int) -> int:
    return len(names_of_descriptors(pid))


def names_of_descriptors(pid: int) -> list[str]:
    return sorted(entry.name for entry in Path(f"/proc/{pid}/fd").iterdir())


def limits_of(pid: int) -> dict[str, list[str]]:
    """/proc/PID/limits: soft and hard limit by name."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return {line[:25].strip(): line[25:].split()[:2] for line in lines}


def environment_of(pid: int) -> set[str]:
    """The names of its environment variables."""
    entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return {entry.partition(b"=")[0].decode() for entry in entries if entry}


def maps_of(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


async def working_child_of(decoder: Decoder) -> int:
    """The child that decodes now; waits until there is one, and until it has confined itself."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            children = [] if decoder.zygote_pid is None else children_of(decoder.zygote_pid)
            if children and status_of(children[0]).get("Seccomp") == "2":
                return children[0]
            await asyncio.sleep(0.005)


async def until_no_child(pid: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while children_of(pid):  # noqa: ASYNC110 the kernel has no event for it
            await asyncio.sleep(0.01)


async def until_gone(*pids: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not all(is_gone(pid) for pid in pids):  # noqa: ASYNC110 the kernel has no event for it
            await asyncio.sleep(0.01)
