"""pgvector as most people use it: an HNSW index over the whole vectors, in the same Postgres."""

import time
from collections.abc import Iterator, Sequence
from uuid import UUID

import asyncpg

from benchmarks.search.alike.loading import connected

TABLE, INDEX = "plain", "plain_hnsw"
MOST_MB = 8000


async def built(url: str) -> tuple[float, int]:
    """Make the table and its index unless they are there; seconds of building (0: it was there) and bytes."""
    connection = await connected(url)
    # The graph has the vectors in it: where it does not fit the memory, building takes many times as long.
    memory_mb = min(max(256, await connection.fetchval("SELECT count(*) FROM points_1") // 100), MOST_MB)
    await connection.execute(f"SET maintenance_work_mem = '{memory_mb}MB'; SET max_parallel_maintenance_workers = 0")
    took = 0.0
    if not await connection.fetchval(f"SELECT to_regclass('{INDEX}')"):
        await connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
        await connection.execute(f"CREATE TABLE {TABLE} (LIKE points_1 INCLUDING STORAGE)")
        await connection.execute(f"INSERT INTO {TABLE} SELECT * FROM points_1")  # noqa: S608 - constants
        began = time.perf_counter()
        await connection.execute(f"CREATE INDEX {INDEX} ON {TABLE} USING hnsw (vector halfvec_cosine_ops)")
        took = time.perf_counter() - began
        await connection.execute(f"ALTER TABLE {TABLE} ADD PRIMARY KEY (image_id)")
        await connection.execute(f"ANALYZE {TABLE}")
    size = await connection.fetchval(f"SELECT pg_relation_size('{INDEX}')")
    await connection.close()
    return took, size


async def asked(url: str, images: Sequence[UUID], limit: int) -> Iterator[tuple[list[float], float]]:
    """Scores and milliseconds of each, by one prepared statement."""
    connection = await connected(url)
    await connection.execute("SET hnsw.ef_search = 100; SET enable_sort = off; SET jit = off")
    statement = await connection.prepare(
        f"SELECT vector <=> (SELECT vector FROM {TABLE} WHERE image_id = $1) AS distance FROM {TABLE} "  # noqa: S608
        f"WHERE image_id <> $1 ORDER BY distance LIMIT {limit}"
    )
    found = [await _timed(statement, image) for image in [*images[:20], *images]][20:]
    await connection.close()
    return iter(found)


async def _timed(statement: asyncpg.prepared_stmt.PreparedStatement, image: UUID) -> tuple[list[float], float]:
    began = time.perf_counter()
    rows = await statement.fetch(image)
    return [1 - row["distance"] for row in rows], 1000 * (time.perf_counter() - began)
