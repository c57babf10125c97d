"""Hearing of new jobs at once: LISTEN on a connection of its own. Lost, the queue is still polled."""

import asyncio
import contextlib
import logging
from typing import Any, Self

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from services.catalog.storage.jobs import CHANNEL
from services.kit.postgres.database import Database

logger = logging.getLogger("pictor.worker")
RETRY_S = 5.0


class JobListener:
    """Sets `event` whenever a job is enqueued anywhere, as long as the block lasts."""

    def __init__(self, database: Database, event: asyncio.Event) -> None:
        self._database = database
        self._event = event
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                logger.info("not hearing of new jobs for now (%s): polling", error)
            await asyncio.sleep(RETRY_S)

    async def _listen_once(self) -> None:
        async with self._database.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            lost = asyncio.Event()
            driver.add_termination_listener(lambda *_: lost.set())
            await driver.add_listener(CHANNEL, lambda *_: self._event.set())
            try:
                await lost.wait()
            finally:
                await connection.invalidate()
