"""Similar images, measured: `python -m benchmarks.search.alike --rows 10000 100000`, on the stack's own Postgres.

Makes a library of pool-like vectors for every size (see `library`), loads it, and asks the similarity service over HTTP
for the 12 images most like stored ones; beside it what others do with the same vectors. Then with filters, with queries
like nothing that is stored, and what growing costs. Libraries and databases stay in `--folder` for the next run.
The build has memory for its whole graph (0.8 KB a row, 256 MB at least: PICTOR_INDEX_BUILD_MEMORY_MB).
1,000,000 rows take 4 GB of vectors, 10 GB of database, and as much again for `pgvector hnsw` (leave it out by --skip).
"""

import argparse
import asyncio
import math
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.database import Server, postgres
from benchmarks.machine import machine
from benchmarks.search.alike import plain
from benchmarks.search.alike.baselines import METHODS, Built, Skipped
from benchmarks.search.alike.library import Library, id_of, library
from benchmarks.search.alike.loading import loaded, sizes
from benchmarks.search.alike.questions import Questions
from benchmarks.search.alike.report import HITS, Figures, measured, table, timed
from benchmarks.search.alike.serving import Service, served
from benchmarks.search.alike.truth import TOLERANCE, unit
from services.similarity.index.pgvector import IndexOptions

HEAD = ("", "recall@12", "p50 ms", "p95 ms", "CPU ms", "build s", "MB", "")
MUSTS = {100_000: "recall 0.98, p50 4 ms, p95 10 ms", 1_000_000: "recall 0.97, p95 25 ms"}
WARMING = 1_000
"""Other queries first: after a start the first ones wait for pages of the disk."""
FEW = 30
"""Queries of a method that compares with every row."""
PLAIN = "pgvector hnsw"


def pictor(service: Service, questions: Questions, mode: str, *, count: int) -> Figures:
    others = np.random.default_rng(4).choice(questions.library.rows, WARMING if mode == "auto" else 2, replace=False)
    for row in others.tolist():
        service.query(image_id=str(id_of(row)), mode=mode, limit=HITS)

    def ask(number: int) -> tuple[list[float], float, str]:
        found, ms = service.query(image_id=str(id_of(questions.rows[number])), mode=mode, limit=HITS)
        return [hit["score"] for hit in found["items"]], ms, found["mode"]

    return measured(ask, count, questions.least, TOLERANCE)


def strangers(service: Service, questions: Questions) -> Figures:
    def ask(number: int) -> tuple[list[float], float, str]:
        found, ms = service.query_vector(questions.library.strangers[number], limit=HITS)
        return [hit["score"] for hit in found["items"]], ms, found["mode"]

    return measured(ask, len(questions.strange_least), questions.strange_least, TOLERANCE)


def filtered(service: Service, questions: Questions) -> list[list[str]]:
    lines = []
    for one in questions.narrowed:

        def ask(number: int, wanted: dict[str, Any] = one.wanted) -> tuple[list[float], float, str]:
            found, ms = service.query(image_id=str(id_of(questions.rows[number])), filter=wanted, limit=HITS)
            return [hit["score"] for hit in found["items"]], ms, found["mode"]

        figures = measured(ask, len(one.least), one.least, TOLERANCE, fit=one.fit)
        cells = [
            f"{figures.recall:.4f}",
            f"{figures.p50:.1f}",
            f"{figures.p95:.1f}",
            f"{figures.cpu_ms:.1f}",
            str(figures.fewest),
        ]
        lines.append([one.name, f"{one.fit:,}", *cells, figures.modes])
    return lines


def baseline(name: str, kept: Library, questions: Questions) -> Figures:
    began = time.perf_counter()
    built: Built = METHODS[name](kept)
    build_s = time.perf_counter() - began
    vectors = unit(kept.vectors[questions.rows])

    def ask(number: int) -> tuple[list[float], float, str]:
        found, ms = timed(lambda: built.ask(vectors[number], HITS + 1))
        others = found[found != questions.rows[number]]
        scores = np.sort(unit(kept.vectors[others]) @ vectors[number])[::-1] if len(others) else np.empty(0)
        return scores[:HITS].tolist(), ms, ""

    exact = name in {"scipy cdist", "numpy"}
    found = measured(ask, FEW if exact else len(questions.rows), questions.least, TOLERANCE)
    return replace(found, build_s=build_s, size=built.size, cpu_ms=None)


def plain_hnsw(url: str, questions: Questions) -> Figures:
    build_s, size = asyncio.run(plain.built(url))
    answers = asyncio.run(plain.asked(url, [id_of(row) for row in questions.rows], HITS))
    found = measured(lambda _: (*next(answers), ""), len(questions.rows), questions.least, TOLERANCE)
    return replace(found, modes="without HTTP", build_s=build_s or None, size=size, cpu_ms=None)


def one_size(server: Server, rows: int, asked: argparse.Namespace) -> Figures:
    """Print the tables of one library; give what Pictor's fastest way took."""
    print(f"\n{rows:,} vectors of 2048 components; must: {MUSTS.get(rows, 'grow no faster than the logarithm')}\n")
    kept = library(asked.folder / "vectors", rows)
    marker = asked.folder / f"loaded-{rows}"
    url, build_s = asyncio.run(loaded(server, kept, marker, IndexOptions(build_memory_mb=max(256, rows // 1200))))
    index_size, table_size = asyncio.run(sizes(url))
    questions = Questions.of(kept, asked.queries, asked.folder / "vectors")
    with served(url, asked.folder) as service:
        auto = pictor(service, questions, "auto", count=len(questions.rows))
        exact = pictor(service, questions, "exact", count=max(min(FEW, FEW * 100_000 // rows), 5))
        strange = strangers(service, questions)
        narrowed = filtered(service, questions)
    auto = replace(auto, build_s=build_s, size=index_size)
    found = [
        ["Pictor, over HTTP", *auto.cells()],
        ["Pictor exact, over HTTP", *replace(exact, size=table_size).cells()],
        ["Pictor, like nothing stored", *strange.cells()],
    ]
    for name in [*METHODS, PLAIN]:
        if name in asked.skip:
            continue
        try:
            figures = plain_hnsw(url, questions) if name == PLAIN else baseline(name, kept, questions)
            found.append([name, *figures.cells()])
        except Skipped as reason:
            found.append([name, *[""] * 6, f"skipped: {reason}"])
        print(f"  {name} done", flush=True)
    print()
    table(HEAD, found)
    table(("with a filter", "fit", "recall@12", "p50 ms", "p95 ms", "CPU ms", "fewest hits", "mode"), narrowed)
    return auto


def growth(found: dict[int, Figures]) -> None:
    """From each size to the next: the time's factor beside the logarithm's."""
    lines = []
    ordered = sorted(found)
    for small, large in pairwise(ordered):
        factor, log = found[large].p50 / found[small].p50, math.log(large) / math.log(small)
        verdict = "no faster" if factor <= log else "FASTER than the logarithm"
        lines.append([f"{small:,} to {large:,}", f"{factor:.2f}", f"{log:.2f}", verdict])
    if lines:
        table(("p50 grows", "by", "logarithm", ""), lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, default=Path("data/benchmark-alike"), help="what is made stays here")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--shared-buffers", help="of Postgres, as 64MB, instead of what the stack gives it")
    parser.add_argument("--skip", nargs="*", default=[], choices=[*METHODS, PLAIN])
    asked = parser.parse_args()
    asked.folder = asked.folder.resolve()
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(f"{machine()}; shared_buffers {asked.shared_buffers or 'as the stack has it'}", flush=True)
    with postgres(asked.folder / "postgres", asked.shared_buffers) as server:
        growth({rows: one_size(server, rows, asked) for rows in sorted(set(asked.rows))})


if __name__ == "__main__":
    main()
