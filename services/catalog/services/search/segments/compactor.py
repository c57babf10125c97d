"""What the worker does for word search meanwhile: seal blocks that changed much, and fold changes into the counts."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from services.catalog.services.search.segments.codec import pack
from services.catalog.storage.search.segments import SealedRepository
from services.catalog.storage.search.terms import TermRepository
from services.kit.postgres.database import Database
from services.vision.labels import Taxonomy

logger = logging.getLogger("pictor.worker")
EVERY_S = 5.0
MOST_CHANGED = 500
"""Changed images that every search reads from the database; blocks are sealed when there are more."""
MOST_DELTAS = 10_000
"""Changes of counts that every reader adds up; they are folded when there are more."""


class SearchUpkeep:
    def __init__(self, database: Database, taxonomy: Taxonomy) -> None:
        self._database = database
        self._taxonomy = taxonomy

    async def run(self) -> None:
        """Look again and again; ends with its task only."""
        while True:
            try:
                await self.fold()
                await self.seal()
            except (SQLAlchemyError, OSError):
                logger.exception("the upkeep of word search failed; it goes on")
            await asyncio.sleep(EVERY_S)

    async def seal(self, *, most_changed: int = MOST_CHANGED) -> int:
        """Seal the blocks with the most changed images until no more than so many are left; say how many blocks."""
        async with self._database.sessions.begin() as session:
            changed = await SealedRepository(session).changed_by_block()
        left, sealed = sum(changed.values()), 0
        for block in sorted(changed, key=lambda block: -changed[block]):
            if left <= most_changed or not await self._seal(block):
                break
            left, sealed = left - changed[block], sealed + 1
        return sealed

    async def _seal(self, block: int) -> bool:
        """Seal one block as it is at one moment; False when another process seals."""
        async with self._database.sessions.begin() as session:
            repository = SealedRepository(session)
            if not await repository.begin_sealing():
                return False
            images = [image async for image in repository.images(block)]
            await repository.write(block, await asyncio.to_thread(pack, images, self._taxonomy))
        return True

    async def fold(self, *, most_deltas: int = MOST_DELTAS) -> None:
        """Fold changes of counts into the counts when there are more than so many; one process at a time."""
        async with self._database.sessions.begin() as session:
            repository = TermRepository(session)
            if await repository.delta_count() > most_deltas:
                await repository.fold()
