"""What is asked, and the right answers; those are kept beside the library."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.search.alike.library import OWNERS, Library, labels_of, owner_of
from benchmarks.search.alike.report import HITS
from benchmarks.search.alike.truth import Wanted, least_scores

STRANGE = NARROWED = 100
SHARES = {"10 %": "10", "1 %": "1", "0.1 %": "01"}
Fits = Callable[[int], bool]


@dataclass(frozen=True)
class Narrowed:
    """A filter as the service takes it, how many rows fit it, and the right answers of the first NARROWED rows."""

    name: str
    wanted: dict[str, Any]
    fit: int
    least: NDArray[np.float32]


@dataclass(frozen=True)
class Questions:
    """`rows` are asked with; `least` and `strange_least` as `truth.least_scores`, for them and for strangers."""

    library: Library
    rows: list[int]
    least: NDArray[np.float32]
    strange_least: NDArray[np.float32]
    narrowed: list[Narrowed]

    @staticmethod
    def of(library: Library, count: int, folder: Path) -> "Questions":
        rows = np.random.default_rng(3).choice(library.rows, count, replace=False)
        few, strange = np.arange(min(NARROWED, count)), np.arange(count, count + STRANGE)
        filters = _filters(library)
        masks = [np.fromiter(map(fits, range(library.rows)), bool, library.rows) for _, fits in filters.values()]
        wanted = [Wanted(np.arange(count)), Wanted(strange), *(Wanted(few, mask) for mask in masks)]
        kept = folder / f"answers-{library.rows}-{count}.npz"
        if not kept.exists():
            print("  the right answers, by brute force", flush=True)
            asked = np.concatenate([np.asarray(library.vectors[rows], np.float32), library.strangers[:STRANGE]])
            own = np.concatenate([rows, np.full(STRANGE, -1)])
            np.savez(kept, *least_scores(library, asked, own, wanted, HITS))
        with np.load(kept) as answers:
            least, strange_least, *under = (answers[f"arr_{number}"] for number in range(len(wanted)))
        narrowed = [
            Narrowed(name, asked_filter, int(mask.sum()), found)
            for (name, (asked_filter, _)), mask, found in zip(filters.items(), masks, under, strict=True)
        ]
        return Questions(library, rows.tolist(), least, strange_least, narrowed)


def _filters(library: Library) -> dict[str, tuple[dict[str, Any], Fits]]:
    """A tenth, a hundredth and a thousandth, by labels and owners; and all but a tenth."""

    def has(label: str) -> Fits:
        return lambda row: label in labels_of(row, int(library.classes[row]))

    found: dict[str, tuple[dict[str, Any], Fits]] = {}
    for share, name in SHARES.items():
        found[f"label, {share}"] = {"label_groups": [[f"any{name}"]]}, has(f"any{name}")
        owner = OWNERS[share]
        found[f"owner, {share}"] = {"owner_id": str(owner)}, lambda row, owner=owner: owner_of(row) == owner
        found[f"label of whole classes, {share}"] = {"label_groups": [[f"of{name}"]]}, has(f"of{name}")
    unwanted = has("any10")
    found["not label, 90 %"] = {"not_labels": ["any10"]}, lambda row: not unwanted(row)
    return found
