"""What stands in the queue."""

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Priority(IntEnum):
    """Whose turn it is when there is too much to do: the lower number goes first, and is shed last."""

    SEARCH = 0
    INGEST = 1
    BACKFILL = 2


@dataclass(frozen=True, slots=True, eq=False)
class ItemResult:
    """probabilities (classes,) float32 and embedding (embedding_size,) float32 of one picture."""

    probabilities: NDArray[np.float32]
    embedding: NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Call:
    """One call of submit: pictures that are answered together or not at all. Times are of time.monotonic()."""

    images: list[NDArray[np.uint8]]
    priority: Priority
    sequence: int
    enqueued: float
    deadline: float
    future: asyncio.Future[list[ItemResult]]
    running: int = 0  # pictures that are in the engine now
    results: dict[int, ItemResult] = field(default_factory=dict)  # by the picture's position in the call
    over: bool = False  # answered, refused or abandoned: nothing more is computed for it

    @property
    def order(self) -> tuple[int, int]:
        """Its place in the queue."""
        return (self.priority, self.sequence)


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One picture of a call."""

    call: Call
    position: int
    image: NDArray[np.uint8]
