"""Bringing the pairs of near copies up to date: the worker all the time, and who asks for duplicates, beforehand."""

import asyncio
import contextlib
import logging

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.catalog.storage.duplicates.perceptual_hashes import PerceptualHashRepository
from services.kit.postgres.database import Database

logger = logging.getLogger("pictor.comparing")
BATCH = 100
IDLE_S = 2.0
AT_ONCE = 500
"""Hashes that a reader compares at the most before it answers: half a second's work in a library of a million."""
LOCK_NOT_AVAILABLE = "55P03"


class DuplicateMatcher:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, stopping: asyncio.Event) -> None:
        """Compare whatever comes, a batch a transaction, until told to stop."""
        while not stopping.is_set():
            compared = 0
            try:
                async with self._database.transaction() as session:
                    compared = await PerceptualHashRepository(session).compare(limit=BATCH, wait=False)
            except Exception:
                logger.exception("pictures cannot be compared; trying again")
            if compared < BATCH:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_S):
                        await stopping.wait()

    async def catch_up(self) -> None:
        """Compare the latest pictures now, up to a bound; wait a moment for who is at them already."""
        try:
            async with self._database.transaction() as session:
                await session.execute(text("SET LOCAL lock_timeout = '2s'"))
                await PerceptualHashRepository(session).compare(limit=AT_ONCE, wait=True)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
