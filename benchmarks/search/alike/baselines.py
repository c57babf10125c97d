"""Other ways to the same answers, in this process. Each builds over a library and then gives numbers of rows.

`hnswlib` and `faiss-cpu` are for this benchmark alone: they are imported when they are asked for.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from benchmarks.search.alike.library import CHUNK, DIMENSION, Library
from benchmarks.search.alike.truth import Floats, unit

MOST_BYTES = 5e9
LINKS, BUILDING, ASKING = 16, 64, 100
TABLES, BITS = 3, 16


class Skipped(Exception):
    """The reason why a method is not measured."""


@dataclass(frozen=True)
class Built:
    """`ask(query, limit)` gives numbers of rows, the query's own among them; `size` is the bytes that it holds."""

    ask: Callable[[Floats, int], NDArray[np.int64]]
    size: int


def cdist(library: Library) -> Built:
    """scipy's, over all rows in double precision, as the seed of this project searched."""
    distance = _wanted("scipy.spatial.distance", "scipy")
    rows = _all(library, np.float64)

    def ask(query: Floats, limit: int) -> NDArray[np.int64]:
        distances = distance.cdist(query[None].astype(np.float64), rows, "cosine")[0]
        return _least(distances, limit)

    return Built(ask, rows.nbytes)


def numpy_exact(library: Library) -> Built:
    """One matrix product in single precision."""
    rows = _all(library, np.float32)
    return Built(lambda query, limit: _least(-(rows @ query), limit), rows.nbytes)


def random_projections(library: Library) -> Built:
    """Tables of sign bits of random projections, as the seed had; a bucket's rows are compared exactly.

    M. Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002.
    """
    planes = np.random.default_rng(0).normal(size=(TABLES, DIMENSION, BITS)).astype(np.float32)
    rows, powers = _all(library, np.float32), 1 << np.arange(BITS)
    tables: list[dict[int, list[int]]] = [defaultdict(list) for _ in range(TABLES)]
    for table, plane in zip(tables, planes, strict=True):
        for row, bucket in enumerate(((rows @ plane > 0) @ powers).tolist()):
            table[bucket].append(row)

    def ask(query: Floats, limit: int) -> NDArray[np.int64]:
        buckets = [int((query @ plane > 0) @ powers) for plane in planes]
        found = np.unique(np.concatenate([table.get(at, []) for table, at in zip(tables, buckets, strict=True)]))
        chosen = found.astype(np.int64)
        return chosen[_least(-(rows[chosen] @ query), limit)] if len(chosen) else chosen

    return Built(ask, rows.nbytes + TABLES * library.rows * 8)


def hnswlib(library: Library) -> Built:
    """Y. Malkov, D. Yashunin, "Efficient and robust approximate nearest neighbor search using HNSW graphs", 2018."""
    module = _wanted("hnswlib", "hnswlib")
    _require_memory(library, np.float32)
    index = module.Index("cosine", DIMENSION)
    index.init_index(library.rows, M=LINKS, ef_construction=BUILDING)
    for start in range(0, library.rows, CHUNK):
        index.add_items(unit(library.vectors[start : start + CHUNK]))
        print(f"  hnswlib: {min(start + CHUNK, library.rows):,} of {library.rows:,}", flush=True)
    index.set_ef(ASKING)
    size = library.rows * (DIMENSION * 4 + 2 * LINKS * 4 + 16)
    return Built(lambda query, limit: index.knn_query(query, k=limit, num_threads=1)[0][0].astype(np.int64), size)


def faiss(library: Library) -> Built:
    """M. Douze et al., "The Faiss library", 2024: its HNSW over whole vectors, the same settings."""
    module = _wanted("faiss", "faiss-cpu")
    _require_memory(library, np.float32)
    index = module.IndexHNSWFlat(DIMENSION, LINKS, module.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction, index.hnsw.efSearch = BUILDING, ASKING
    for start in range(0, library.rows, CHUNK):
        index.add(unit(library.vectors[start : start + CHUNK]))
        print(f"  faiss: {min(start + CHUNK, library.rows):,} of {library.rows:,}", flush=True)
    module.omp_set_num_threads(1)
    size = library.rows * (DIMENSION * 4 + 2 * LINKS * 4)
    return Built(lambda query, limit: index.search(query[None], limit)[1][0].astype(np.int64), size)


METHODS: dict[str, Callable[[Library], Built]] = {
    "scipy cdist": cdist,
    "numpy": numpy_exact,
    "LSH 3 x 16": random_projections,
    "hnswlib": hnswlib,
    "faiss HNSW": faiss,
}


def _least(distances: NDArray[np.floating], limit: int) -> NDArray[np.int64]:
    taken = min(limit, len(distances))
    found: NDArray[np.int64] = np.argpartition(distances, taken - 1)[:taken]
    return found


def _all(library: Library, kind: type[np.floating]) -> NDArray[np.floating]:
    _require_memory(library, kind)
    rows = np.empty(library.vectors.shape, kind)
    for start in range(0, library.rows, CHUNK):
        rows[start : start + CHUNK] = unit(library.vectors[start : start + CHUNK])
    return rows


def _require_memory(library: Library, kind: type[np.floating]) -> None:
    size = library.rows * DIMENSION * np.dtype(kind).itemsize
    if size > MOST_BYTES:
        raise Skipped(f"it wants {size / 1e9:.0f} GB of memory; {MOST_BYTES / 1e9:.0f} are allowed")


def _wanted(module: str, package: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        raise Skipped(f"not installed: pip install {package}") from error
