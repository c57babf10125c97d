"""A library in Postgres: loaded by binary COPY, indexed as the service does it, kept for the next run."""

import struct
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from benchmarks.database import Server, connected
from benchmarks.search.alike.library import DIMENSION, Library, id_of, labels_of, owner_of
from services.kit.migrate import migrate
from services.kit.postgres.database import Database
from services.kit.settings import PostgresSettings
from services.similarity.index.pgvector import IndexOptions, PgvectorIndex
from services.similarity.index.pgvector.building import IndexBuilder

SPACE = "inception_v3-benchmark000"
COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
COPY_END = struct.pack("!h", -1)
TEXT = 25
BLOCK = 500


async def loaded(server: Server, library: Library, marker: Path, options: IndexOptions) -> tuple[str, float]:
    """The URL of the database that has the library, and how long its index took to build, in seconds.

    `marker` is written when it is complete, with that time; a library loaded before is taken as it is.
    """
    url = server.url(f"alike_{library.rows}")
    if marker.exists():  # noqa: ASYNC240 - as below
        return url, float(marker.read_text())  # noqa: ASYNC240 - nothing else runs here
    await server.execute(f"DROP DATABASE IF EXISTS alike_{library.rows} WITH (FORCE)")
    await server.execute(f"CREATE DATABASE alike_{library.rows}")
    await migrate("similarity", url)
    database = Database(PostgresSettings(database_url=url, database_timeout_s=3600))
    index = PgvectorIndex(database.engine, IndexBuilder(url, options), options)
    await index.ensure_space(SPACE, dimension=DIMENSION, trained=True)
    connection = await connected(url)
    await connection.execute("SET statement_timeout = 0")
    names = ["image_id", "owner_id", "public", "label_ids", "vector"]
    await connection.copy_to_table("points_1", source=_copied(library), columns=names, format="binary")
    await connection.execute("VACUUM ANALYZE points_1")
    await connection.close()
    print("  loaded; building the index", flush=True)
    began = time.perf_counter()
    await index.build(SPACE)
    took = time.perf_counter() - began
    await database.close()
    marker.write_text(str(took))  # noqa: ASYNC240 - as above
    return url, took


async def sizes(url: str) -> tuple[int, int]:
    """Bytes of what is there for searching (the table of sign bits with all its indexes, the nearest-neighbour indexes
    of the points), and of the points without any index."""
    connection = await connected(url)
    row = await connection.fetchrow(
        "SELECT ((SELECT coalesce(sum(pg_relation_size(indexrelid)), 0) FROM pg_index "
        "JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam "
        "WHERE amname = 'hnsw' AND indrelid = 'points_1'::regclass) "
        "+ (SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class "
        "WHERE relkind = 'r' AND relname LIKE 'signs\\_1\\_%'))::bigint, pg_table_size('points_1')"
    )
    await connection.close()
    return row[0] or 0, row[1]


async def _copied(library: Library) -> AsyncIterator[bytes]:
    yield COPY_HEAD
    for start in range(0, library.rows, BLOCK):
        block = np.ascontiguousarray(library.vectors[start : start + BLOCK]).astype(">f2")
        yield b"".join(_row(library, start + number, vector.tobytes()) for number, vector in enumerate(block))
        if (start + BLOCK) % 50_000 == 0:
            print(f"  loaded {start + BLOCK:,} of {library.rows:,}", flush=True)
    yield COPY_END


def _row(library: Library, row: int, vector: bytes) -> bytes:
    labels = [label.encode() for label in labels_of(row, int(library.classes[row]))]
    listed = struct.pack("!iii", int(bool(labels)), 0, TEXT)
    if labels:
        listed += struct.pack("!ii", len(labels), 1)
        listed += b"".join(struct.pack("!i", len(label)) + label for label in labels)
    fields = (
        id_of(row).bytes,
        owner_of(row).bytes,
        b"\1",
        listed,
        struct.pack("!hh", DIMENSION, 0) + vector,
    )
    return struct.pack("!h", len(fields)) + b"".join(struct.pack("!i", len(field)) + field for field in fields)
