"""Which image of a segment bears which term, arranged to be looked up by term and to be counted by image."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.catalog.services.search.segments.codec import runs

Array = NDArray[Any]
COMMON = 1 / 32
"""From this share of a segment's images on, a term is kept as bits: most of what images bear are few common terms."""
FEW = 64
"""Up to so many images, their bits are looked up one by one."""


class FacetCounter:
    """Images by term of the process's word list, while they are counted segment by segment."""

    def __init__(self, size: int) -> None:
        self._counts = np.zeros(size, np.int64)
        self._picked: list[Array] = []

    def add(self, codes: Array, counts: Array) -> None:
        """Add counts of different terms."""
        self._counts[codes] += counts

    def add_each(self, codes: Array) -> None:
        """Count each of the codes once."""
        self._picked.append(codes)

    def counts(self) -> Array:
        if self._picked:
            self._counts += np.bincount(np.concatenate(self._picked), minlength=len(self._counts))
            self._picked = []
        return self._counts


@dataclass(frozen=True)
class Terms:
    """By term, in the segment's own codes: `rows` and `scores` of term i are `by_term[i]` to `by_term[i + 1]`.

    By image, in the codes of the process: `bits` of the `common` terms (term by term, an image a bit), and the others
    in `rare`, those of image i from `starts[i]` on.
    """

    by_term: Array
    rows: Array
    scores: Array | None
    common: Array
    bits: Array
    starts: Array
    rare: Array

    @classmethod
    def of(cls, lengths: Array, codes: Array, known: Array, scores: Array | None = None) -> "Terms":
        """Arrange the codes of all images, one image after the other; `known` gives a code's meaning in the process."""
        size = len(lengths)
        order = np.argsort(codes, kind="stable")
        rows = np.repeat(np.arange(size, dtype=np.uint16), lengths)
        uses = np.bincount(codes, minlength=len(known))
        is_common = uses >= max(COMMON * size, 1)
        common = np.flatnonzero(is_common)
        by_term, sorted_rows = _starts(uses), rows[order]
        bits = np.zeros((len(common), -(-size // 64)), np.uint64)
        for place, code in enumerate(common):
            bits[place] = packed(sorted_rows[by_term[code] : by_term[code + 1]], size)
        is_rare = ~is_common[codes]
        return cls(
            by_term=by_term,
            rows=sorted_rows,
            scores=None if scores is None else scores[order],
            common=known[common],
            bits=bits,
            starts=_starts(np.bincount(rows[is_rare], minlength=size)),
            rare=known[codes[is_rare]].astype(np.int32),
        )

    def bearing(self, code: int | None) -> slice:
        """Give where in `rows` and `scores` the images of a term are."""
        return slice(0, 0) if code is None else slice(int(self.by_term[code]), int(self.by_term[code + 1]))

    def count(self, rows: Array, counters: FacetCounter) -> None:
        """Count the terms of the images in these rows."""
        if len(rows) <= FEW:
            one_by_one = self.bits[:, rows >> 6] >> (rows & 63).astype(np.uint64) & np.uint64(1)
            counters.add(self.common, one_by_one.sum(axis=1).astype(np.int64))
        else:
            found = packed(rows, self.bits.shape[1] * 64)
            counters.add(self.common, np.bitwise_count(self.bits & found).sum(axis=1, dtype=np.int64))
        picked, _ = runs(self.starts, rows)
        counters.add_each(self.rare[picked])


def packed(rows: Array, size: int) -> Array:
    """Give a bit for each of `size` images, 64 in one number, set for those of the rows."""
    mask = np.zeros(-(-size // 64) * 64, np.bool_)
    mask[rows] = True
    bits: Array = np.packbits(mask, bitorder="little").view(np.uint64)
    return bits


def _starts(lengths: Array) -> Array:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
