"""What the operator may turn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class IndexOptions:
    """`exact_rows`: up to so many points, or points that fit a filter, are compared one by one; above is an index
    (0: always an index).

    `cosine_index`: build the index of mode `hnsw` too. It answers in half the time of `two_stage`, but takes 8 KB a
    vector instead of 1.0, five times as long to build, and as long again for every point that is changed.
    `m`, `ef_construction`: pgvector's own.
    `candidates`: how many points that the sign bits picked are compared exactly, at least: time for recall (100,000
    points: 80 find 0.97 of the nearest 12, 240 find 0.997). Searches that need more take more, and so do spaces of more
    than 200,000 points.
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
