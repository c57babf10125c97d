"""The tables, and how a method is measured."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.inference.load import percentile

Result = TypeVar("Result")
HITS = 12


@dataclass(frozen=True)
class Figures:
    """Milliseconds of each answer; `fewest` hits of any answer.

    `cpu_ms` is the processor time of an answer, of the service and Postgres together: what others do on the machine at
    the same time changes it little.
    """

    recall: float
    ms: list[float]
    fewest: int = HITS
    modes: str = ""
    build_s: float | None = None
    size: int | None = None
    cpu_ms: float | None = None

    @property
    def p50(self) -> float:
        return percentile(self.ms, 0.5)

    @property
    def p95(self) -> float:
        return percentile(self.ms, 0.95)

    def cells(self) -> list[str]:
        return [
            f"{self.recall:.4f}",
            f"{self.p50:.2f}",
            f"{self.p95:.2f}",
            "" if self.cpu_ms is None else f"{self.cpu_ms:.1f}",
            "" if self.build_s is None else f"{self.build_s:.0f}",
            "" if self.size is None else f"{self.size / 1e6:,.0f}",
            self.modes,
        ]


def measured(
    ask: Callable[[int], tuple[Sequence[float], float, str]],
    count: int,
    least: NDArray[np.float32],
    tolerance: float,
    *,
    fit: int = HITS,
) -> Figures:
    """`ask(number)` gives the scores of the hits, the milliseconds and the mode; `least` is `truth.least_scores`.

    Only `fit` rows fit: fewer than HITS need not be more.
    """
    before = processor_s()
    recalls, took, modes, fewest, wanted = [], [], dict[str, int](), HITS, min(HITS, fit)
    for number in range(count):
        scores, ms, mode = ask(number)
        recalls.append(sum(score >= least[number] - tolerance for score in scores) / wanted)
        took.append(ms)
        fewest = min(fewest, len(scores))
        modes[mode] = modes.get(mode, 0) + 1
    used = ", ".join(f"{mode} {part}" if len(modes) > 1 else mode for mode, part in sorted(modes.items()))
    cpu_ms = 1000 * (processor_s() - before) / count
    return Figures(statistics.mean(recalls), took, fewest, used, cpu_ms=cpu_ms)


def processor_s() -> float:
    """What the processes that we started have used so far."""
    used = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            used += times.user + times.system
    return used


def timed(call: Callable[[], Result]) -> tuple[Result, float]:
    """The result, and milliseconds."""
    began = time.perf_counter()
    found = call()
    return found, 1000 * (time.perf_counter() - began)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for number, row in enumerate(cells):
        aligned = [
            text.ljust(width) if column in {0, len(head) - 1} else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(aligned).rstrip(), flush=True)
        if number == 0:
            print("  ".join("-" * width for width in widths), flush=True)
    print(flush=True)
