"""How an engine spreads over the cores."""

from dataclasses import dataclass

from services.vision.engines.port import EngineKind, Precision
from services.vision.engines.processor import cores

MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """`workers` calls of infer at once, each of at most `max_batch` pictures."""

    workers: int
    max_batch: int


def layout_for(kind: EngineKind, precision: Precision, *, max_batch: int | None = None) -> Layout:
    """Give the layout for a precision that was named; with AUTO it is measured (see tuning.py).

    Two workers of one thread do not wait for each other at every layer, so what else runs on the machine disturbs one
    of them at a time. They need the network a second time, since one picture alone is quicker on all threads: in fp32
    that is twice the memory, which is taken only where it was measured to pay.
    """
    if kind is EngineKind.OPENVINO and precision in {Precision.BF16, Precision.INT8} and cores() > 1:
        return Layout(min(cores(), MOST_WORKERS), max_batch or 2)
    return Layout(1, max_batch or 4)
