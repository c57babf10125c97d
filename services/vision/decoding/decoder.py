"""The decoder that services hold: bounded, asynchronous, and never itself in touch with image bytes."""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import logging
import os
import signal
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType

from services.vision.decoding.errors import DecodeLimitExceeded, DecoderBusy, UnsupportedImage
from services.vision.decoding.model import DecodedImage, DecodeLimits, DecodeRequest
from services.vision.decoding.sandbox.answers import largest_answer, to_image
from services.vision.decoding.sandbox.framing import Answer, Job
from services.vision.decoding.sandbox.process import ZygoteProcess

logger = logging.getLogger(__name__)

_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


class Decoder:
    """Decodes untrusted images in throw-away processes.

    At most ``concurrency`` pictures are decoded at once and ``queue`` more wait; the next caller gets DecoderBusy at
    once. A picture that kills its process fails alone. A zygote that died is replaced by the next request. Use as an
    asynchronous context manager, or call ``start`` and ``stop``; all from one event loop.
    """

    def __init__(self, limits: DecodeLimits | None = None, *, concurrency: int = 2, queue: int = 16) -> None:
        self._limits = limits or DecodeLimits()
        self._slots = asyncio.Semaphore(concurrency)
        self._capacity = concurrency + queue
        self._admitted = 0
        self._numbers = itertools.count(1)
        self._zygote: ZygoteProcess | None = None
        self._starting = asyncio.Lock()
        self._stopped = False
        self._warned = False

    async def __aenter__(self) -> Decoder:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start the zygote now, not with the first picture. Raises DecoderBusy when it does not start."""
        self._stopped = False
        await self._living_zygote()

    async def stop(self) -> None:
        """End the zygote; pictures in work fail with DecoderBusy. May be called twice."""
        self._stopped = True
        async with self._starting:
            zygote, self._zygote = self._zygote, None
            if zygote is not None:
                await zygote.stop()

    @property
    def zygote_pid(self) -> int | None:
        """The process id of the zygote, for diagnosis."""
        return None if self._zygote is None else self._zygote.pid

    async def decode(self, path: Path, request: DecodeRequest | None = None) -> DecodedImage:
        """Decode the file at ``path``. Raises DecodeError, and OSError when the file cannot be opened."""
        async with self._slot():
            return await self._decode(_open(path), request or DecodeRequest())

    async def decode_bytes(self, data: bytes, request: DecodeRequest | None = None) -> DecodedImage:
        """As ``decode``, for bytes in memory."""
        async with self._slot():
            return await self._decode(_in_memory(data), request or DecodeRequest())

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if self._admitted >= self._capacity:
            raise DecoderBusy("Too many pictures are waiting to be decoded.")
        self._admitted += 1
        try:
            async with self._slots:
                yield
        finally:
            self._admitted -= 1

    async def _decode(self, file: int, request: DecodeRequest) -> DecodedImage:
        try:
            # Nothing at all comes back when the zygote died with the job, which says nothing about this picture.
            raw = await self._run(file, request) or await self._run(file, request)
        finally:
            os.close(file)
        if not raw:
            raise DecoderBusy("The decoder process died.")
        try:
            answer = Answer.unpack(raw)
            if answer.header is not None:
                return to_image(answer.header, answer.body, request, self._limits)
        except ValueError as error:
            raise DecodeLimitExceeded("The decoder gave no valid answer.") from error
        raise DecodeLimitExceeded(self._why_it_died(answer.exit_code))

    async def _run(self, file: int, request: DecodeRequest) -> bytearray:
        zygote = await self._living_zygote()
        os.lseek(file, 0, os.SEEK_SET)  # a first try may have read
        job = Job(next(self._numbers), request, self._limits)
        return await zygote.run(job, file, largest_answer(request, self._limits))

    async def _living_zygote(self) -> ZygoteProcess:
        async with self._starting:
            if self._stopped:
                raise DecoderBusy("The decoder is stopped.")
            if self._zygote is None or not self._zygote.is_alive():
                if self._zygote is not None:
                    await self._zygote.stop()
                self._zygote = None
                self._zygote = await ZygoteProcess.start()
                if not self._zygote.has_filter and not self._warned:
                    self._warned = True
                    logger.warning("no seccomp on this kernel: images are decoded under resource limits only")
            return self._zygote

    def _why_it_died(self, exit_code: int | None) -> str:
        if exit_code == -signal.SIGXCPU:
            return f"Decoding took more than {self._limits.cpu_s} s of processor time."
        if exit_code is not None and exit_code < 0:
            return f"Decoding ended with signal {-exit_code}."
        return "Decoding ended without an answer."


def _open(path: Path) -> int:
    # Non-blocking: opening a pipe would wait for its writer.
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise UnsupportedImage("This is not a regular file.")
    return file


def _in_memory(data: bytes) -> int:
    """A sealed file in memory: the child gets the one descriptor, and can read only."""
    file = os.memfd_create("image", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(file, rest) :]
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, _SEALS)
    except BaseException:
        os.close(file)
        raise
    return file
