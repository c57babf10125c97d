"""Logs that stay readable when everything fails: lines that repeat are counted, a full disk is borne in silence."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

A_MINUTE = 20
WINDOW_S = 60.0
KINDS = 500


@dataclass
class _Window:
    began: float
    lines: int = 0
    left_out: int = 0


class Repeats:
    """Of warnings and errors of one kind, lets 20 a minute pass, the first with its traceback; the next minute's first
    says how many were left out. A kind is a logger's format string and the type of the exception; the 500 last seen
    are known. `clock` is for tests."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: OrderedDict[tuple[object, ...], _Window] = OrderedDict()

    def pass_on(self, record: logging.LogRecord) -> logging.LogRecord | None:
        """Give the record as it is to be written, or None."""
        if record.levelno < logging.WARNING:
            return record
        error = record.exc_info[1] if record.exc_info else None
        window, before = self._window((record.name, str(record.msg), type(error)))
        window.lines += 1
        if window.lines > A_MINUTE:
            window.left_out += 1
            return None
        added = f" ({before:,} more like this were left out)" if before else ""
        if error is not None and window.lines > 1:
            added += f" [{type(error).__name__}: {error}]"
        return _changed(record, added, traced=window.lines == 1) if added else record

    def _window(self, kind: tuple[object, ...]) -> tuple[_Window, int]:
        """The kind's window, and what the one before it left out, told once."""
        now, left_out = self._clock(), 0
        window = self._windows.pop(kind, None)
        if window is None or now - window.began >= WINDOW_S:
            left_out = window.left_out if window else 0
            window = _Window(now)
        self._windows[kind] = window
        if len(self._windows) > KINDS:
            self._windows.popitem(last=False)
        return window, left_out


class BoundedStreamHandler(logging.StreamHandler):  # type: ignore[type-arg]  # generic for type checkers alone
    """Leaves out what repeats, and what cannot be written; says how much that was once there is room again.

    The standard handler answers each lost line with a traceback on standard error, mostly on the same full disk.
    """

    def __init__(self, stream: TextIO, repeats: Repeats) -> None:
        super().__init__(stream)
        self.lost = 0
        self._repeats = repeats

    def emit(self, record: logging.LogRecord) -> None:
        passed = self._repeats.pass_on(record)
        if passed is None:
            return
        lost = self.lost
        super().emit(passed)
        if lost and lost == self.lost:
            self.lost = 0
            said = f"{lost:,} log lines could not be written before this"
            super().emit(logging.LogRecord("pictor.log", logging.WARNING, __file__, 0, said, None, None))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - logging's name and signature
        self.lost += 1


def _changed(record: logging.LogRecord, added: str, *, traced: bool) -> logging.LogRecord:
    """A copy: other handlers have the record as well."""
    values = {**record.__dict__, "msg": record.getMessage() + added, "args": None}
    if not traced:
        values |= {"exc_info": None, "exc_text": None}
    return logging.makeLogRecord(values)
