"""What is asked, and the right answers; those are kept beside the library."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.search.alike.library import Library
from benchmarks.search.alike.report import HITS
from benchmarks.search.alike.truth import least_scores

STRANGE = 100


@dataclass(frozen=True)
class Questions:
    """`rows` are asked with; `least` and `strange_least` as `truth.least_scores`, for them and for strangers."""

    library: Library
    rows: list[int]
    least: NDArray[np.float32]
    strange_least: NDArray[np.float32]

    @staticmethod
    def of(library: Library, count: int) -> "Questions":
        rows = np.random.default_rng(3).choice(library.rows, count, replace=False)
        print("  the right answers, by brute force", flush=True)
        asked = np.asarray(library.vectors[np.sort(rows)], np.float32)
        least = least_scores(library, asked, HITS, own=np.sort(rows), fits=None)
        strange = least_scores(library, library.strangers[:STRANGE], HITS, own=None, fits=None)
        return Questions(library, np.sort(rows).tolist(), least, strange)
