"""Which precision, how many workers and which batch are fastest here: measured, since no table carries over.

A processor with AVX512-BF16 and no AMX says that it has bf16, and is slower in it than in fp32 (openvino#18866).
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from services.vision.engines.layout import MOST_WORKERS, Layout
from services.vision.engines.port import Engine, EngineError, Precision
from services.vision.engines.processor import cores, free_memory
from services.vision.engines.trials import Trial, Trials

BATCHES = (1, 2, 4)
SLICES = 4
SLICE_S = 0.25
"""A trial takes about a second; its best slice counts, so that a short disturbance does not."""
MOST_S = 90.0
CLOSE = 0.85
"""Ways with this share of the fastest's rate are measured a second time, later."""
AS_FAST = 0.98
"""Of ways that differ by no more than this, the one with more workers and the smaller batch is taken.

On a busy machine threads of one worker wait for each other: 29 core-ms an image in bulk ingest against 22."""
_COPIES_A_WORKER = 3  # memory that a second compilation takes, in times the network's weights in fp32

Open = Callable[[Precision, Layout], Engine]
"""Opens the engine and checks that it answers the golden input; raises EngineError, with the reason."""


def measure_trials(
    open_engine: Open, pictures: NDArray[np.uint8], precisions: Sequence[Precision], *, weights_bytes: int
) -> Trials:
    """Try the precisions, each with one worker and with one a core, in batches of 1, 2 and 4, about a second each.

    `pictures` are uint8 (N, size, size, 3), N ≥ 1; `weights_bytes` is the size of the network's weights in fp32.
    Raises EngineError when none of the precisions can be used.
    """
    until = time.monotonic() + MOST_S
    tried: dict[tuple[Precision, int], list[Trial]] = {}
    refused: dict[str, str] = {}
    for precision in precisions:
        for workers in _workers(weights_bytes):
            if tried and time.monotonic() > until:
                refused.setdefault(precision, "there was no time left to try it")
                break
            try:
                tried[precision, workers] = _measured(open_engine, precision, workers, pictures)
            except EngineError as error:
                refused[precision] = str(error)
                break
    if not tried:
        raise EngineError("; ".join(refused.values()))
    fastest = max(trial.images_per_s for trials in tried.values() for trial in trials)
    close = [key for key, trials in tried.items() if max(one.images_per_s for one in trials) >= CLOSE * fastest]
    if len(close) > 1:  # the machine may have been busy with something else during one of them
        for precision, workers in reversed(close):
            if time.monotonic() < until:
                again = _measured(open_engine, precision, workers, pictures)
                tried[precision, workers] = list(map(_better, tried[precision, workers], again))
    trials = [trial for some in tried.values() for trial in some]
    return Trials(_chosen(trials), tuple(trials), refused)


def _workers(weights_bytes: int) -> Iterator[int]:
    yield 1
    most = min(cores(), MOST_WORKERS)
    if most > 1 and _COPIES_A_WORKER * weights_bytes < free_memory() / 2:
        yield most


def _measured(open_engine: Open, precision: Precision, workers: int, pictures: NDArray[np.uint8]) -> list[Trial]:
    with _opened(open_engine, precision, Layout(workers, max(BATCHES))) as engine:
        alone_s = statistics.median(_loop(engine, pictures, 1, SLICES * SLICE_S / 2))
        rates = dict.fromkeys(BATCHES, 0.0)
        with ThreadPoolExecutor(workers) as threads:
            for _ in range(SLICES):
                for batch in BATCHES:
                    rates[batch] = max(rates[batch], _rate(engine, pictures, batch, workers, threads))
        return [Trial(precision, workers, batch, rate, alone_s * 1000) for batch, rate in rates.items()]


@contextmanager
def _opened(open_engine: Open, precision: Precision, layout: Layout) -> Iterator[Engine]:
    engine = open_engine(precision, layout)
    try:
        yield engine
    finally:
        engine.close()


def _rate(engine: Engine, pictures: NDArray[np.uint8], batch: int, workers: int, threads: ThreadPoolExecutor) -> float:
    """Images a second of one slice, with so many threads at once.

    Each thread's last call counts by the part of it that lies within the slice: while it ends, others have ended.
    """
    loops = [threads.submit(_loop, engine, pictures, batch, SLICE_S) for _ in range(workers)]
    return batch * sum(_calls_within(loop.result(), SLICE_S) for loop in loops) / SLICE_S


def _loop(engine: Engine, pictures: NDArray[np.uint8], batch: int, seconds: float) -> list[float]:
    """Run batches for so long, one at least; give the seconds of each call."""
    images = pictures[np.arange(batch) % len(pictures)]
    took: list[float] = []
    until = time.perf_counter() + seconds
    while not took or time.perf_counter() < until:
        began = time.perf_counter()
        engine.infer(images)
        took.append(time.perf_counter() - began)
    return took


def _calls_within(took: list[float], seconds: float) -> float:
    *whole, last = took
    return len(whole) + max(0.0, seconds - sum(whole)) / last


def _better(one: Trial, other: Trial) -> Trial:
    faster = max(one, other, key=lambda trial: trial.images_per_s)
    return Trial(
        faster.precision, faster.workers, faster.max_batch, faster.images_per_s, min(one.alone_ms, other.alone_ms)
    )


def _chosen(trials: Sequence[Trial]) -> Trial:
    fastest = max(trial.images_per_s for trial in trials)
    good = [trial for trial in trials if trial.images_per_s >= AS_FAST * fastest]
    return min(good, key=lambda trial: (-trial.workers, trial.max_batch, -trial.images_per_s))
