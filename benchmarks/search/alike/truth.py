"""The right answers, by brute force in chunks."""

from collections.abc import Callable

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


def least_scores(
    library: Library, queries: Floats, limit: int, *, own: NDArray[np.int64] | None, fits: Callable[[int], bool] | None
) -> NDArray[np.float32]:
    """The cosine of each query's `limit`-th nearest row that fits, its own row left out; (Q,) float32.

    A hit is right when it scores at least that: equal scores may stand for each other (Aumüller et al., see `library`).
    -1 where fewer fit.
    """
    best = np.full((len(queries), limit), -1.0, np.float32)
    asked = unit(queries)
    for start in range(0, library.rows, CHUNK):
        scores = asked @ unit(library.vectors[start : start + CHUNK]).T
        if own is not None:
            inside = (own >= start) & (own < start + CHUNK)
            scores[np.flatnonzero(inside), own[inside] - start] = -1
        if fits is not None:
            unfit = [row for row in range(scores.shape[1]) if not fits(start + row)]
            scores[:, unfit] = -1
        both = np.concatenate([best, scores], axis=1)
        best = np.partition(both, -limit, axis=1)[:, -limit:]
    least: NDArray[np.float32] = best.min(axis=1)
    return least
