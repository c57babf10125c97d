"""How an engine spreads over the cores: known from a table that was measured, not guessed."""

import os
from dataclasses import dataclass

from services.vision.engines.port import EngineKind, Precision

MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """`workers` calls of infer at once, each of at most `max_batch` pictures."""

    workers: int
    max_batch: int


def cores() -> int:
    """The cores that this process may use: fewer than the machine has, in a container that was given some."""
    return len(os.sched_getaffinity(0))


def layout_for(kind: EngineKind, precision: Precision, *, max_batch: int | None = None) -> Layout:
    """Give the layout that was fastest; `max_batch` replaces its batch size.

    Inception V3 on 2 cores with AMX, milliseconds of one core a picture (`benchmarks.inference.engines`):

    | openvino   | one worker on 2 threads, batches of 1 / 4 / 8 | two workers of 1 thread, batches of 1 / 2 / 4 |
    | bf16       | 15.8 / 12.7 / 12.6                            | 12.3 / 10.9 / 12.3                            |
    | fp32       | 80.1 / 78.2 / 79.1                            | 71.6 / 71.2 / 72.1                            |

    Two workers do not wait for each other at every layer, so what else runs on the machine disturbs one of them at a
    time. They need the network a second time, since one picture alone is quicker on all threads (7.6 against 13.7 ms):
    390 MB instead of 230 in bf16, but 540 instead of 280 in fp32, which is more than a serving process may have.
    """
    if kind is EngineKind.OPENVINO and precision in {Precision.BF16, Precision.INT8} and cores() > 1:
        return Layout(min(cores(), MOST_WORKERS), max_batch or 2)
    return Layout(1, max_batch or 4)
