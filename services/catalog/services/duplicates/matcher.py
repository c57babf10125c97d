"""Bringing the pairs of near copies up to date: the worker all the time, and who asks for duplicates, beforehand."""

import asyncio
import contextlib
import logging

from services.catalog.storage.duplicates.perceptual_hashes import PerceptualHashRepository
from services.kit.postgres.database import Database, LockTimeout

logger = logging.getLogger("pictor.comparing")
BATCH = 100
IDLE_S = 2.0
AT_ONCE = 500
"""Hashes that a reader compares at the most before it answers: half a second's work in a library of a million."""
PATIENCE_S = 2


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
        with contextlib.suppress(LockTimeout):
            async with self._database.transaction() as session:
                repository = PerceptualHashRepository(session)
                await repository.wait_for_locks(seconds=PATIENCE_S)
                await repository.compare(limit=AT_ONCE, wait=True)
