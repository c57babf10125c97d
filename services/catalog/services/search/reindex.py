"""Writing documents of another analyzer again: of a version before, or for another language."""

import asyncio
import logging
from dataclasses import replace

from services.catalog.domain import Document, ImageRecord
from services.catalog.domain.tags import joined_tags
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.storage.search.stale import StaleDocuments
from services.kit.postgres.database import DATABASE_ERRORS, Database

logger = logging.getLogger("pictor.worker")
BATCH = 100
"""Images of one transaction: their rows are held for about half a second."""
EVERY_S = 30.0
"""A catalog process with other settings may still be writing; so it never ends."""


class Reindexer:
    """Goes on where it stopped, for every image says what made its document. Several at once share the work."""

    def __init__(self, database: Database, documents: SearchDocuments) -> None:
        self._database = database
        self._documents = documents

    async def run(self) -> None:
        """Look again and again; ends with its task only."""
        done = 0
        while True:
            try:
                written = await self.batch()
            except DATABASE_ERRORS:
                logger.exception("documents could not be written again; it goes on")
                written = 0
            if written and not done:
                logger.info("documents of another analyzer are written again; searches are complete when that is done")
            done += written
            if done and not written:
                logger.info("%d documents were written again", done)
                done = 0
            await asyncio.sleep(0 if written else EVERY_S)

    async def batch(self, *, most: int = BATCH) -> int:
        """Write the documents of so many images again, with spellings of one tag joined; give how many there were."""
        async with self._database.transaction() as session:
            stale = StaleDocuments(session)
            images = await stale.hold(self._documents.version, most=most)
            await stale.write(await asyncio.to_thread(self._made, images))
        return len(images)

    def _made(self, images: list[ImageRecord]) -> list[tuple[ImageRecord, Document]]:
        joined = [replace(image, tags=joined_tags(image.tags)) for image in images]
        return [(image, self._documents.of(image, image.labels)) for image in joined]
