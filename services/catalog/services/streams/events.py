"""Following changes: page by page, or as they come."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID

from services.catalog.domain.events import EventBatch, EventPlace
from services.catalog.services.errors import EventsExpired
from services.catalog.storage.streams.events import EventRepository
from services.kit.postgres.database import DATABASE_ERRORS, Database

logger = logging.getLogger("pictor.events")
LOOK_EVERY_S = 0.5
MAINTAIN_EVERY_S = 5.0
MOST_KEPT = 1_000_000
BATCH = 500


class EventFeed:
    """The feed as one process reads it. While anybody waits, it looks for news twice a second, for all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners = 0
        self._listened = asyncio.Event()
        self._news = asyncio.Event()
        self._head = 0

    async def batch(self, viewer: UUID, after: EventPlace, *, limit: int) -> EventBatch:
        """Give what is new behind `after`. Raises EventsExpired when something of it is gone already."""
        await self._number()
        async with self._database.transaction() as session:
            events = EventRepository(session)
            if not await events.stands(after):
                raise EventsExpired
            return await events.after(after, viewer, limit=limit)

    async def head(self) -> EventPlace:
        """Give the place behind all there is."""
        await self._number()
        async with self._database.transaction() as session:
            return await EventRepository(session).head()

    async def follow(self, viewer: UUID, after: EventPlace, *, heartbeat_s: float) -> AsyncIterator[EventBatch]:
        """Yield what comes, for ever; an empty batch when nothing came for so long, and where the reader stands then.

        Raises EventsExpired when something behind `after` is gone.
        """
        with self._listening():
            while True:
                news = self._news
                batch = await self.batch(viewer, after, limit=BATCH)
                after = batch.after
                if batch.events:
                    yield batch
                if batch.more:
                    continue
                try:
                    async with asyncio.timeout(heartbeat_s):
                        await news.wait()
                except TimeoutError:
                    yield EventBatch((), after, more=False)

    async def look(self) -> None:
        """Tell those who wait of news; ends with its task only."""
        while True:
            await self._listened.wait()
            with suppress(*DATABASE_ERRORS):
                await self._look_once()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look_once(self) -> None:
        head = await self.head()
        if head.position != self._head:
            self._head = head.position
            self._news.set()
            self._news = asyncio.Event()

    async def _number(self) -> None:
        async with self._database.transaction() as session:
            events = EventRepository(session)
            if await events.waiting():
                await events.number()

    @contextmanager
    def _listening(self) -> Iterator[None]:
        self._listeners += 1
        self._listened.set()
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners:
                self._listened.clear()


class EventMaintenance:
    """Numbers events when nobody reads, and removes the old ones."""

    def __init__(self, database: Database, *, kept: timedelta) -> None:
        self._database = database
        self._kept = kept

    async def run(self) -> None:
        """Look again and again; ends with its task only."""
        while True:
            try:
                busy = await self.once()
            except DATABASE_ERRORS:
                logger.exception("the maintenance of the change feed failed; it goes on")
                busy = False
            await asyncio.sleep(0.1 if busy else MAINTAIN_EVERY_S)

    async def once(self, *, most_kept: int = MOST_KEPT) -> bool:
        """Do a bounded part of it; say whether something was done."""
        async with self._database.transaction() as session:
            events = EventRepository(session)
            numbered = await events.number() if await events.waiting() else 0
        async with self._database.transaction() as session:
            pruned = await EventRepository(session).prune(kept=self._kept, most_kept=most_kept)
        return bool(numbered or pruned)
