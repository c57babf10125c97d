"""Indexes are built in the background, when their spaces have grown."""

import asyncio
import logging

from services.similarity.index import UnknownSpace, VectorIndex, VectorIndexError

logger = logging.getLogger(__name__)


class IndexMaintenance:
    def __init__(self, index: VectorIndex, *, every_s: float) -> None:
        self._index = index
        self._every_s = every_s

    async def run(self) -> None:
        """Look at all spaces, again and again; ends with its task only."""
        while True:
            try:
                await self.look()
            except VectorIndexError as error:
                logger.warning("the spaces could not be looked at: %s", error)
            except Exception:
                logger.exception("looking after the spaces failed; it goes on")
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Build what is due, one space after the other."""
        for space in await self._index.spaces():
            try:
                await self._index.build(space.id)
            except UnknownSpace:  # dropped meanwhile
                continue
