"""Building the indexes of a space: beside what is there, then one switch, then what was is removed.

A build that is killed leaves leftovers (a table of sign bits half filled, an invalid index) that the next one removes.
"""

# ruff: noqa: S608 - what is put into statements are names and numbers of ours, never a caller's words

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from services.kit.postgres.locks import try_lock_session
from services.similarity.index.errors import UnknownSpace
from services.similarity.index.pgvector import signs
from services.similarity.index.pgvector.options import IndexOptions
from services.similarity.index.pgvector.tables import cosine_index, create_cosine_index, points_table
from services.similarity.storage import spaces
from services.similarity.storage.advisory_locks import SimilarityLock
from services.similarity.storage.spaces import SpaceRecord

logger = logging.getLogger(__name__)

GROWTH = 10
"""The mean is taken anew when the space has grown by this factor: at 2,000, 20,000, 200,000 …"""
MEAN_OF = 50_000
"""Vectors that the mean is taken over at the most: its error is 0.4 % of a component's spread then."""
BATCH = 2_000
REPORTED = 100_000
LOCK_WAIT = "5s"
"""While a trigger waits to come or go, others wait behind it: then it is given up, and tried at the next build."""


class IndexBuilder:
    """Builds on connections of its own, one space at a time in all processes: an advisory lock is held meanwhile."""

    def __init__(self, url: str, options: IndexOptions) -> None:
        self._options = options
        self._engine = create_async_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",  # CREATE INDEX CONCURRENTLY refuses a transaction
            connect_args={
                "timeout": 10,
                "server_settings": {
                    "statement_timeout": str(int(options.build_timeout_s * 1000)),
                    "client_connection_check_interval": "10s",  # a process that is gone builds nothing
                    "maintenance_work_mem": f"{options.build_memory_mb}MB",
                    "max_parallel_maintenance_workers": str(options.build_workers),
                    "jit": "off",
                },
            },
        )

    async def build(self, space: str, *, recentre: bool) -> bool:
        """See VectorIndex.build."""
        async with self._locked(space) as (connection, found):
            if found is None:
                return False
            known = await _swept(connection, found)
            rows = await connection.scalar(text(f"SELECT count(*) FROM {points_table(known)}")) or 0
            enough = rows > 0 and rows >= self._options.exact_rows
            built = False
            if recentre or (enough and (not known.centring or rows >= GROWTH * known.centred_on)):
                built = await self._build_signs(connection, known, rows)
            if self._options.cosine_index and not known.has_cosine_index and enough:
                await self._build_cosine(connection, known)
                built = True
            if built:
                await connection.execute(text(f"ANALYZE {points_table(known)}"))
            return built

    async def _build_signs(self, connection: AsyncConnection, space: SpaceRecord, rows: int) -> bool:
        share = min(100.0, 100.0 * MEAN_OF / max(rows, 1))
        sample = "" if share == 100.0 else f" TABLESAMPLE SYSTEM ({share:.6f})"  # noqa: PLR2004 - a whole
        mean = await connection.scalar(text(f"SELECT CAST(avg(vector) AS real[]) FROM {points_table(space)}{sample}"))
        if mean is None:
            return False
        centring = space.centring + 1
        logger.info("building the sign bits of %s over %d points", space.id, rows)
        async with _short_waits(connection):
            for statement in signs.create_signs(space, centring, mean):
                await connection.exec_driver_sql(statement)
        await _fill(connection, space, centring)
        logger.info("building the sign bits of %s: all points done, now their indexes", space.id)
        for statement in signs.create_signs_indexes(space, centring, self._options):
            await connection.exec_driver_sql(statement)
        await connection.execute(text(f"ANALYZE {signs.signs_table(space, centring)}"))
        await spaces.change(connection, space.slot, centring=centring, centred_on=rows)
        logger.info("the sign bits of %s serve", space.id)
        return True

    async def _build_cosine(self, connection: AsyncConnection, space: SpaceRecord) -> None:
        logger.info("building the cosine index of %s", space.id)
        await connection.exec_driver_sql(create_cosine_index(space, self._options))
        await spaces.change(connection, space.slot, has_cosine_index=True)
        logger.info("the cosine index of %s serves", space.id)

    @asynccontextmanager
    async def _locked(self, space: str) -> AsyncIterator[tuple[AsyncConnection, SpaceRecord | None]]:
        """Give a connection and the space as it is under the lock; None when another process builds."""
        async with self._engine.connect() as connection:
            known = await spaces.get(connection, space)
            if known is None:
                raise UnknownSpace(space)
            if not await connection.scalar(try_lock_session(SimilarityLock.BUILDING, known.slot)):
                yield connection, None
                return
            # The lock goes with the connection, which no pool keeps.
            again = await spaces.get(connection, space)
            if again is None:
                raise UnknownSpace(space)
            yield connection, again


@asynccontextmanager
async def _short_waits(connection: AsyncConnection) -> AsyncIterator[None]:
    await connection.execute(text(f"SET lock_timeout = '{LOCK_WAIT}'"))
    yield  # the connection is not used again when this fails
    await connection.execute(text("SET lock_timeout = 0"))


async def _fill(connection: AsyncConnection, space: SpaceRecord, centring: int) -> None:
    """In batches, each a short transaction, while others write; see `signs.fill`."""
    after, done = None, 0
    points = points_table(space)
    while True:
        past = "" if after is None else f"WHERE image_id > '{after}'"
        upto: UUID | None = await connection.scalar(
            text(f"SELECT image_id FROM {points} {past} ORDER BY image_id OFFSET {BATCH - 1} LIMIT 1")
        )
        await connection.exec_driver_sql(signs.fill(space, centring, after, upto))
        done += BATCH
        if upto is None:
            break
        after = upto
        if done % REPORTED == 0:
            logger.info("building the sign bits of %s: %d points done", space.id, done)
    async with _short_waits(connection):
        await connection.exec_driver_sql(signs.wait_for_writers(space))
    while found := (await connection.scalars(text(signs.orphans(space, centring, BATCH)))).all():
        await connection.exec_driver_sql(signs.remove_orphans(space, centring, found))


async def _swept(connection: AsyncConnection, space: SpaceRecord) -> SpaceRecord:
    """Remove what an earlier build left, and forget indexes that are no longer there; the space as it then is."""
    found = await connection.execute(
        text("""
            SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            JOIN pg_am ON pg_am.oid = relam WHERE amname = 'hnsw' AND indrelid = CAST(:name AS regclass)
        """),
        {"name": points_table(space)},
    )
    valid = {row.relname: row.indisvalid for row in found}
    cosine = cosine_index(space)
    whole = space.centring > 0 and await signs.is_kept(connection, space, space.centring)
    kept = replace(
        space,
        centring=space.centring if whole else 0,
        centred_on=space.centred_on if whole else 0,
        has_cosine_index=space.has_cosine_index and valid.get(cosine, False),
    )
    if kept != space:
        changed = {"centring": kept.centring, "centred_on": kept.centred_on, "has_cosine_index": kept.has_cosine_index}
        await spaces.change(connection, space.slot, **changed)
    for name in valid.keys() - ({cosine} if kept.has_cosine_index else set()):
        await connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    async with _short_waits(connection):
        await signs.drop_signs(connection, kept, keep=kept.centring or None)
    return kept
