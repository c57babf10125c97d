"""The same questions under filters of a tenth, a hundredth and a thousandth, and their complement."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.search.alike.library import OWNERS, Library, id_of, labels_of, owner_of
from benchmarks.search.alike.questions import Questions
from benchmarks.search.alike.report import HITS, measured
from benchmarks.search.alike.serving import Service
from benchmarks.search.alike.truth import TOLERANCE, least_scores

COUNT = 100
SHARES = {"10 %": "10", "1 %": "1", "0.1 %": "01"}


def _filters(library: Library) -> dict[str, tuple[dict[str, Any], Callable[[int], bool]]]:
    def has(label: str) -> Callable[[int], bool]:
        return lambda row: label in labels_of(row, int(library.classes[row]))

    found: dict[str, tuple[dict[str, Any], Callable[[int], bool]]] = {}
    for share, name in SHARES.items():
        found[f"label, {share}"] = {"label_groups": [[f"any{name}"]]}, has(f"any{name}")
        owner = OWNERS[share]
        found[f"owner, {share}"] = {"owner_id": str(owner)}, lambda row, owner=owner: owner_of(row) == owner
        found[f"label of whole classes, {share}"] = {"label_groups": [[f"of{name}"]]}, has(f"of{name}")
    lacks = has("any10")
    found["not label, 90 %"] = {"not_labels": ["any10"]}, lambda row: not lacks(row)
    return found


def filtered(service: Service, questions: Questions) -> list[list[str]]:
    rows = questions.rows[:: max(len(questions.rows) // COUNT, 1)][:COUNT]
    own, vectors = np.array(rows), np.asarray(questions.library.vectors[rows], np.float32)
    lines = []
    for name, (wanted, fits) in _filters(questions.library).items():
        count = sum(map(fits, range(questions.library.rows)))
        least = least_scores(questions.library, vectors, HITS, own=own, fits=fits)

        def ask(number: int, wanted: dict[str, Any] = wanted) -> tuple[list[float], float, str]:
            found, ms = service.query(image_id=str(id_of(rows[number])), filter=wanted, limit=HITS)
            return [hit["score"] for hit in found["items"]], ms, found["mode"]

        figures = measured(ask, len(rows), least, TOLERANCE, fit=count)
        cells = [f"{figures.recall:.4f}", f"{figures.p50:.1f}", f"{figures.p95:.1f}", str(figures.fewest)]
        lines.append([name, f"{count:,}", *cells, figures.modes])
        print(f"  {name} done", flush=True)
    return lines
