"""The parent's end of one zygote process."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

from services.vision.decoding.errors import DecodeLimitExceeded, DecoderBusy
from services.vision.decoding.sandbox.framing import Job, pack_kill

logger = logging.getLogger(__name__)

_MODULE = "services.vision.decoding.sandbox.zygote"
_ROOT = Path(__file__).resolve().parents[4]
_START_S = 30.0
_END_S = 5.0
_KILLED_CHILD_ENDS_S = 2.0
_READ_BYTES = 262_144
# All that Python needs to find the same code: a process that handles untrusted bytes inherits no secret.
_ENVIRONMENT = ("LD_LIBRARY_PATH", "LANG", "LC_ALL")


class ZygoteProcess:
    """A running zygote. Starts with ``start``; once it is dead it stays dead, and its owner starts another.

    ``has_filter`` says whether its children run under a system call filter.
    """

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._condemned = False
        self.has_filter = False

    @classmethod
    async def start(cls) -> Self:
        """Raises DecoderBusy when no zygote comes up; why is on its standard error."""
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        control.setblocking(False)
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join([*filter(None, sys.path), str(_ROOT)])
        try:
            with theirs:
                # Not by a thread: the kernel ends a child with the thread that started it, once it asks to die so.
                process = subprocess.Popen(  # noqa: ASYNC220, S603 - milliseconds, once; no input in it
                    [sys.executable, "-P", "-m", _MODULE],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    env=environment,
                )
        except OSError as error:
            control.close()
            raise DecoderBusy("The decoder process could not be started.") from error
        zygote = cls(process, control)
        try:
            await zygote._greet()
        except BaseException:
            await zygote.stop()
            raise
        return zygote

    async def _greet(self) -> None:
        try:
            async with asyncio.timeout(_START_S):
                greeting = await asyncio.get_running_loop().sock_recv(self._control, 4_096)
        except (TimeoutError, OSError):
            greeting = b""
        if not greeting:
            raise DecoderBusy("The decoder process did not start.")
        self.has_filter = bool(json.loads(greeting)["has_filter"])

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether the zygote still holds its end of the socket, and has not failed us."""
        if self._condemned:
            return False
        try:
            return bool(self._control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except OSError:
            return False

    async def run(self, job: Job, file: int, max_bytes: int) -> bytearray:
        """Have a child decode the file behind this descriptor. Gives what it wrote: nothing, if the zygote is dead.

        Raises DecodeLimitExceeded after the job's ``wall_s`` or ``max_bytes``. The child does not outlive the call.
        """
        ours, theirs = socket.socketpair()
        with ours:
            ours.setblocking(False)
            with theirs:
                try:
                    socket.send_fds(self._control, [job.pack()], [file, theirs.fileno()])
                except BlockingIOError:  # it has stopped reading
                    self._condemn()
                    return bytearray()
                except OSError:
                    return bytearray()
            try:
                async with asyncio.timeout(job.limits.wall_s):
                    return await _read_to_end(ours, max_bytes)
            except TimeoutError:
                self._kill(job)
                await self._wait_for_end(ours)
                raise DecodeLimitExceeded(f"Decoding took longer than {job.limits.wall_s:g} s.") from None
            except BaseException:
                self._kill(job)
                raise

    def _kill(self, job: Job) -> None:
        try:
            self._control.send(pack_kill(job.number))
        except OSError:
            self._condemn()

    def _condemn(self) -> None:
        """Of no use any more: its children die with it."""
        self._condemned = True
        self._process.kill()

    async def _wait_for_end(self, ours: socket.socket) -> None:
        try:
            async with asyncio.timeout(_KILLED_CHILD_ENDS_S):
                while await asyncio.get_running_loop().sock_recv(ours, _READ_BYTES):
                    pass
        except (TimeoutError, OSError):
            logger.warning("decoder process %d does not react: killed", self.pid)
            self._condemn()

    async def stop(self) -> None:
        """End the zygote and its children, and wait for it."""
        self._control.close()
        try:
            async with asyncio.timeout(_END_S):
                await asyncio.to_thread(self._process.wait)
        except TimeoutError:
            self._condemn()
            await asyncio.to_thread(self._process.wait)


async def _read_to_end(ours: socket.socket, max_bytes: int) -> bytearray:
    loop = asyncio.get_running_loop()
    answer = bytearray()
    try:
        while chunk := await loop.sock_recv(ours, _READ_BYTES):
            answer += chunk
            if len(answer) > max_bytes:
                raise DecodeLimitExceeded("The decoder answered with more bytes than were asked for.")
    except ConnectionResetError:  # closed with our end unread: as good as the end
        pass
    return answer
