"""The right answers, by brute force in chunks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.search.alike.library import CHUNK, Library

Floats = NDArray[np.float32]
TOLERANCE = 2e-5
"""Scores this near are equal: what is computed in single precision differs by less than half of it."""


def unit(rows: NDArray[np.float16] | Floats) -> Floats:
    """float32 of length 1, however the rows were rounded."""
    single = np.asarray(rows, np.float32)
    lengths: Floats = np.linalg.norm(single, axis=1, keepdims=True)
    return single / lengths


@dataclass(frozen=True)
class Wanted:
    """The queries of these numbers, among the rows that fit: all, or those that `mask` (rows,) bool has."""

    queries: NDArray[np.int64]
    mask: NDArray[np.bool_] | None = None


def least_scores(
    library: Library, queries: Floats, own: NDArray[np.int64], wanted: Sequence[Wanted], limit: int
) -> list[NDArray[np.float32]]:
    """For each of `wanted` the cosine of each query's `limit`-th nearest row, its `own` (-1: none) left out.

    A hit is right when it scores at least that: equal scores may stand for each other (Aumüller et al., see `library`).
    -1 where fewer fit. One pass over the library for all.
    """
    best = [np.full((len(one.queries), limit), -1.0, np.float32) for one in wanted]
    asked = unit(queries)
    for start in range(0, library.rows, CHUNK):
        scores = asked @ unit(library.vectors[start : start + CHUNK]).T
        inside = np.flatnonzero((own >= start) & (own < start + CHUNK))
        scores[inside, own[inside] - start] = -1
        for number, one in enumerate(wanted):
            fit = scores[one.queries]
            if one.mask is not None:
                fit = fit[:, one.mask[start : start + CHUNK]]
            both = np.concatenate([best[number], fit], axis=1)
            best[number] = np.partition(both, -limit, axis=1)[:, -limit:]
    return [found.min(axis=1) for found in best]
