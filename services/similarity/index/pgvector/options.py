"""What the operator may turn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class IndexOptions:
    """`exact_rows`: up to so many points, or points that fit a filter, are compared one by one; above is an index.

    `cosine_index`: build the index of mode `hnsw` too (8 KB a vector; `two_stage` takes 0.6). `m`, `ef_construction`:
    pgvector's own. `max_scan_tuples`: where an index scan under a filter gives up, and the exact pass takes over.
    `build_workers` beside the main one need shared memory of `build_memory_mb` (`shm_size` of a container).
    """

    exact_rows: int = 2000
    cosine_index: bool = False
    m: int = 16
    ef_construction: int = 64
    max_scan_tuples: int = 40_000
    build_memory_mb: int = 256
    build_workers: int = 0
    build_timeout_s: float = 6 * 3600
