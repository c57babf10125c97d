"""What the operator may turn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class IndexOptions:
    """`exact_rows`: up to so many points, or points that fit a filter, are compared one by one; above is an index
    (0: always an index).

    `cosine_index`: build the index of mode `hnsw` too. It answers in half the time of `two_stage`, but takes 8 KB a
    vector instead of 0.6, five times as long to build, and as long again for every point that is changed.
    `m`, `ef_construction`: pgvector's own.
    `candidates`: how many points the sign bits pick, at least, for the exact comparison: time for recall (50,000
    points, half of them visible: 100 find 0.986 of the nearest 12, 200 find 0.994). Searches that need more take more.
    `max_scan_tuples`: where an index scan under a filter gives up, and the exact pass takes over.
    `build_workers` beside the main one need shared memory of `build_memory_mb` (`shm_size` of a container).
    """

    exact_rows: int = 2000
    cosine_index: bool = False
    m: int = 16
    ef_construction: int = 64
    candidates: int = 80
    max_scan_tuples: int = 40_000
    build_memory_mb: int = 256
    build_workers: int = 0
    build_timeout_s: float = 6 * 3600
