"""Who comes first: by key, then by id, at most so many, after a place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.catalog.domain import Place, Sort
from services.catalog.services.search.segments.codec import Array
from services.catalog.storage.search.matches import DESCENDING

HALF = 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True)
class TopK:
    """Images in no order: keys (float64), and ids as two uint64, the upper half and the lower."""

    key: Array
    high: Array
    low: Array

    @classmethod
    def none(cls) -> "TopK":
        return cls(np.zeros(0, np.float64), np.zeros(0, np.uint64), np.zeros(0, np.uint64))

    @classmethod
    def of(cls, ids: Array, keys: Array) -> "TopK":
        return cls(keys, ids[:, 0], ids[:, 1])

    @classmethod
    def together(cls, parts: Sequence["TopK"]) -> "TopK":
        columns = ([part.key for part in parts], [part.high for part in parts], [part.low for part in parts])
        return cls(*(np.concatenate(column) for column in columns))

    def first(self, sort: Sort, after: Place | None, limit: int) -> "TopK":
        """Give the first in order after a place, in order."""
        sign = -1 if sort in DESCENDING else 1
        found = self if after is None else self._after(after, sign)
        found = found.where(_top(found.key, sign, limit))
        if len(found.key) > limit and found.key.min() == found.key.max():  # equal keys: ids decide
            found = found.where(_top(found.high, sign, limit))
        return found.where(np.lexsort((found.low, found.high, found.key))[::sign][:limit])

    def places(self) -> list[Place]:
        columns = zip(self.key.tolist(), self.high.tolist(), self.low.tolist(), strict=True)
        return [Place(key, UUID(int=high << 64 | low)) for key, high, low in columns]

    def _after(self, after: Place, sign: int) -> "TopK":
        key, top, bottom = after.key, *(np.uint64(after.image_id.int >> shift & HALF) for shift in (64, 0))
        beyond = np.less if sign < 0 else np.greater
        later = beyond(self.high, top) | ((self.high == top) & beyond(self.low, bottom))
        return self.where(beyond(self.key, key) | ((self.key == key) & later))

    def where(self, which: Array) -> "TopK":
        return TopK(self.key[which], self.high[which], self.low[which])


def _top(column: Array, sign: int, limit: int) -> Array:
    """Give the mask of the values that are no worse than the best `limit`-th."""
    if len(column) <= limit:
        return np.ones(len(column), np.bool_)
    nth = len(column) - limit if sign < 0 else limit - 1
    edge = np.partition(column, nth)[nth]
    top: Array = column >= edge if sign < 0 else column <= edge
    return top


def order_of(sort: Sort) -> Callable[[Place], tuple[float, int]]:
    """Give the sort key of places: by key, then by id."""
    sign = -1 if sort in DESCENDING else 1
    return lambda place: (sign * place.key, sign * place.image_id.int)
