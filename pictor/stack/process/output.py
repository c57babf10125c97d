"""What a child says: on our standard output with its name before every line, and in a log file of its own."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

_LINE_BYTES = 16 * 1024
_LOG_BYTES = 5 * 1024 * 1024
_NAME_WIDTH = 10


def say(text: str, *, name: str = "pictor") -> None:
    """Print every line of `text` behind `name`. A standard output that is closed (`| head`) or full is no reason to
    stop the stack."""
    lines = "".join(f"{name:<{_NAME_WIDTH}} | {line}\n" for line in text.splitlines() or [""])
    try:
        sys.stdout.write(lines)
        sys.stdout.flush()
    except (OSError, ValueError):
        pass


class _LogFile(RotatingFileHandler):
    """On a full disk lines are lost; the standard handler would print a traceback for each."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """What cannot be written is on our standard output as well."""


class ChildOutput:
    """Copies one child's output, also over its restarts. The log file and its `.1` keep the last 5 to 10 MiB."""

    def __init__(self, name: str, log: Path, *, quiet: bool = False) -> None:
        self.name = name
        self.last_line = ""
        self._quiet = quiet
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = _LogFile(log, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)

    async def copy(self, stream: asyncio.StreamReader) -> None:
        """Copy until the end of `stream`. Lines longer than 16 KiB are broken; bytes that are no UTF-8 are replaced."""
        async for line in _lines(stream):
            self.write(line)

    def write(self, line: str) -> None:
        self.last_line = line or self.last_line
        self._file.emit(logging.makeLogRecord({"msg": line}))
        if not self._quiet:
            say(line, name=self.name)

    def close(self) -> None:
        with suppress(OSError):  # the last lines find no room either
            self._file.close()


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    rest = b""
    while chunk := await stream.read(_LINE_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace").rstrip("\r")
        if len(rest) >= _LINE_BYTES:
            yield rest.decode("utf-8", "replace")
            rest = b""
    if rest:
        yield rest.decode("utf-8", "replace")
