"""One child process: what it is, how it is started, how it is told to stop."""

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pictor.stack.process.output import ChildOutput
from pictor.stack.process.parent_death import die_with_parent

_LAST_WORDS_S = 1.0


@dataclass(frozen=True)
class Owner:
    """A user of the operating system to run as, when we are root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class ChildSpec:
    """A program and all that it needs to know. `kill_signal` is for one that does not heed `stop_signal` in time;
    `orphan_signal` is what the kernel sends it when we are gone."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL
    orphan_signal: signal.Signals = signal.SIGKILL
    owner: Owner | None = None


class Running:
    """A process that was started, and its output and errors in one stream."""

    def __init__(self, process: Process, stream: asyncio.StreamReader, transport: asyncio.ReadTransport) -> None:
        self._process = process
        self._stream = stream
        self._transport = transport
        self.pid = process.pid

    async def wait(self, output: ChildOutput) -> int:
        """Copy what it says to `output` until it ends; give its exit code (negative: the signal that ended it).

        Then, and when cancelled, the whole session is killed: a decoder child must not outlive its service.
        """
        copying = asyncio.create_task(output.copy(self._stream))
        try:
            return await self._process.wait()
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            await asyncio.wait([copying], timeout=_LAST_WORDS_S)  # somebody who left the session may hold it open
            copying.cancel()
            self._transport.close()

    def send(self, signum: signal.Signals) -> None:
        """Signal the process itself; nothing happens when it has ended."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signum)


async def spawn(spec: ChildSpec) -> Running:
    """Start the program in a session of its own: Ctrl-C reaches us alone, and its children can be killed with it.

    Raise OSError when it cannot be started.
    """
    owner = spec.owner
    # A pipe of our own: asyncio's `wait` waits for the end of *its* pipes too, which a child's child may hold open.
    reading, writing = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *spec.argv,
            env=dict(spec.env),
            cwd=spec.cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            start_new_session=True,
            preexec_fn=die_with_parent(spec.orphan_signal),
            user=owner.uid if owner else None,
            group=owner.gid if owner else None,
            extra_groups=[] if owner else None,
            umask=0o077,
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    stream = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reading, "rb", buffering=0)
    )
    return Running(process, stream, transport)


def describe_exit(code: int) -> str:
    """`signal 9` or `exit code 1`."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"
