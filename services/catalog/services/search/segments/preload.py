"""Keeping the segments in memory: loaded at the start and after every compaction, so that no search waits."""

import asyncio
import logging

from services.catalog.services.search.segments.library import SegmentLibrary
from services.catalog.storage.search.segments import SegmentRepository
from services.kit.http.problems import ApiError
from services.kit.postgres.database import DATABASE_ERRORS, Database

logger = logging.getLogger("pictor.search")
EVERY_S = 5.0


async def keep_warm(library: SegmentLibrary, database: Database) -> None:
    """Load what is new, again and again; ends with its task only."""
    await asyncio.to_thread(library.prepare)
    while True:
        try:
            async with database.transaction() as session:
                repository = SegmentRepository(session)
                await repository.begin_snapshot()
                await library.view(repository)
        except (ApiError, *DATABASE_ERRORS) as error:
            logger.warning("segments could not be loaded ahead; the next search loads them: %s", type(error).__name__)
        await asyncio.sleep(EVERY_S)
