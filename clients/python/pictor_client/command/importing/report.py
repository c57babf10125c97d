"""What became of each file, while it goes on and at the end."""

import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from pictor_client.command import output
from pictor_client.command.importing.sources import Source

_SAY_EVERY_S = 10.0


class Outcome(StrEnum):
    """What became of one file."""

    NEW = "new"
    THERE = "already there"
    WOULD_BE_SENT = "would be sent"
    REFUSED = "refused"
    CHANGED = "changed while it was read"
    UNREADABLE = "cannot be read"
    NOT_SENT = "not sent"


WELL = frozenset({Outcome.NEW, Outcome.THERE, Outcome.WOULD_BE_SENT})


@dataclass(frozen=True)
class Result:
    source: Source
    outcome: Outcome
    detail: str = ""
    image_id: str | None = None
    sha256: str | None = None


class Report:
    """Counts, and shows how far it is: a bar in a terminal, else a line every ten seconds. Several threads report."""

    def __init__(self, *, as_json: bool) -> None:
        self.counts: Counter[Outcome] = Counter()
        self.sent_bytes = 0
        self._as_json = as_json
        self._lock = threading.Lock()
        self._began = self._said = time.monotonic()
        self._total = self._total_bytes = 0
        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.fields[files]}"),
            BarColumn(),
            TransferSpeedColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def expect(self, files: int, size: int) -> None:
        self._total, self._total_bytes = self._total + files, self._total_bytes + size
        if self._task is None:
            self._task = self._bar.add_task("", total=self._total_bytes, files="", rate="")
        self._bar.update(self._task, total=self._total_bytes)

    def add(self, result: Result) -> None:
        with self._lock:
            self.counts[result.outcome] += 1
            if result.outcome in {Outcome.NEW, Outcome.WOULD_BE_SENT}:
                self.sent_bytes += result.source.size
            if self._as_json:
                said = {"file": result.source.name, "outcome": result.outcome.name.lower(), "detail": result.detail}
                output.line_of_json({**said, "image_id": result.image_id, "sha256": result.sha256})
            elif result.outcome not in WELL:
                name = output.shown(result.source.name)
                line = f"{name}: {result.outcome}. {output.shown(result.detail)}"
                self._console.print(line, markup=False, highlight=False, soft_wrap=True)
            self._show(result.source.size)

    def _show(self, size: int) -> None:
        done, seconds = self.counts.total(), self.seconds
        if self._task is not None:
            rate = f"{done / seconds:.1f} files/s" if seconds > 1 else ""
            self._bar.update(self._task, advance=size, files=f"{done:,}/{self._total:,}", rate=rate)
        if not self._console.is_terminal and time.monotonic() - self._said > _SAY_EVERY_S:
            self._said = time.monotonic()
            left = output.duration(seconds / done * (self._total - done)) if done else "?"
            sys.stderr.write(f"{done:,} of {self._total:,} files, {done / seconds:.1f} a second, {left} left\n")

    @property
    def seconds(self) -> float:
        return max(time.monotonic() - self._began, 1e-3)

    @property
    def well(self) -> bool:
        return all(outcome in WELL for outcome, count in self.counts.items() if count)

    def summary(self, passed: int) -> dict[str, Any]:
        counted = {outcome.name.lower(): self.counts[outcome] for outcome in Outcome}
        return {**counted, "no_pictures": passed, "bytes": self.sent_bytes, "seconds": round(self.seconds, 2)}

    def conclude(self, passed: int, *, more: str = "") -> None:
        """Print the summary."""
        if self._as_json:
            output.line_of_json({"summary": self.summary(passed)})
            return
        said = [f"{self.counts[outcome]:,} {outcome}" for outcome in Outcome if self.counts[outcome]]
        said += [f"{passed:,} other files passed over"] if passed else []
        files = self.counts.total()
        sys.stdout.write(f"{', '.join(said) or 'no pictures found'}\n")
        if files:
            rate = f"{files / self.seconds:.1f} files a second"
            sys.stdout.write(f"{output.size(self.sent_bytes)}, {output.duration(self.seconds)}, {rate}\n")
        if more:
            sys.stdout.write(more + "\n")
