"""A small memory with an end: bounded in number and in time."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class TtlCache(Generic[K, V]):
    """Keeps up to `capacity` values, each until its own deadline (on `clock`); the least recently used goes first."""

    def __init__(self, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self._clock = clock
        self._kept: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        found = self._kept.get(key)
        if found is None:
            return None
        deadline, value = found
        if self._clock() >= deadline:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return value

    def put(self, key: K, value: V, *, deadline: float) -> None:
        self._kept[key] = (deadline, value)
        self._kept.move_to_end(key)
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)

    def forget(self, unwanted: Callable[[V], bool]) -> None:
        """Drop every value that `unwanted` picks."""
        for key in [key for key, (_, value) in self._kept.items() if unwanted(value)]:
            del self._kept[key]
