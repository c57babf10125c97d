"""Keeping the sealed blocks in memory: loaded at the start and after every sealing, so that no search waits for it."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from services.catalog.services.search.segments.library import SealedLibrary
from services.catalog.storage.search.segments import SealedRepository
from services.kit.http.problems import ApiError
from services.kit.postgres.database import Database

logger = logging.getLogger("pictor.search")
EVERY_S = 5.0


async def keep_warm(library: SealedLibrary, database: Database) -> None:
    """Load what is new, again and again; ends with its task only."""
    while True:
        try:
            async with database.transaction() as session:
                repository = SealedRepository(session)
                await repository.begin_snapshot()
                await library.view(repository)
        except (ApiError, SQLAlchemyError, OSError) as error:
            logger.warning("blocks could not be loaded ahead; the next search loads them: %s", type(error).__name__)
        await asyncio.sleep(EVERY_S)
