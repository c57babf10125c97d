"""What the worker does for word search: compact segments that changed much, roll the counter log up into the counts."""

import asyncio
import logging

from services.catalog.services.search.segments.codec import pack
from services.catalog.storage.search.segments import SegmentRepository
from services.catalog.storage.search.terms import TermRepository
from services.kit.postgres.database import DATABASE_ERRORS, Database
from services.vision.labels import Taxonomy

logger = logging.getLogger("pictor.worker")
EVERY_S = 5.0
MOST_CHANGED = 500
"""Changed images that every search reads from the database; segments are compacted when there are more."""
MOST_LOGGED = 10_000
"""Changes of counts that every reader adds up; they are rolled up when there are more."""


class SearchMaintenance:
    def __init__(self, database: Database, taxonomy: Taxonomy) -> None:
        self._database = database
        self._taxonomy = taxonomy

    async def run(self) -> None:
        """Look again and again; ends with its task only."""
        while True:
            try:
                await self.roll_up()
                await self.compact()
            except DATABASE_ERRORS:
                logger.exception("the maintenance of word search failed; it goes on")
            await asyncio.sleep(EVERY_S)

    async def compact(self, *, most_changed: int = MOST_CHANGED) -> int:
        """Compact the segments with the most changed images until no more than so many are left; say how many."""
        async with self._database.sessions.begin() as session:
            changed = await SegmentRepository(session).changed_by_segment()
        left, compacted = sum(changed.values()), 0
        for segment in sorted(changed, key=lambda segment: -changed[segment]):
            if left <= most_changed or not await self._compact(segment):
                break
            left, compacted = left - changed[segment], compacted + 1
        return compacted

    async def _compact(self, segment: int) -> bool:
        """Compact one segment as it is at one moment; False when another process does."""
        async with self._database.sessions.begin() as session:
            repository = SegmentRepository(session)
            if not await repository.begin_compaction():
                return False
            images = [image async for image in repository.images(segment)]
            await repository.write(segment, await asyncio.to_thread(pack, images, self._taxonomy))
        return True

    async def roll_up(self, *, most_logged: int = MOST_LOGGED) -> None:
        """Roll changes up into the counts when there are more than so many; one process at a time."""
        async with self._database.sessions.begin() as session:
            repository = TermRepository(session)
            if await repository.log_length() > most_logged:
                await repository.roll_up()
