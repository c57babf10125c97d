"""The gateway's readiness: its own database alone, so that the stack runs while other services are away."""

import asyncio
import logging
import time

from services.kit.postgres.database import Database

logger = logging.getLogger("pictor.readiness")
REMEMBERED_S = 1.0


class DatabaseCheck:
    """Answers strangers, so it asks the database at most once a second and gives no reason: the log has that."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = asyncio.Lock()
        self._well = False
        self._until = 0.0

    async def __call__(self) -> None:
        """Raise RuntimeError when the database does not answer."""
        async with self._lock:
            if time.monotonic() >= self._until:
                self._well = await self._ping()
                self._until = time.monotonic() + REMEMBERED_S
        if not self._well:
            raise RuntimeError("does not answer")

    async def _ping(self) -> bool:
        try:
            await self._database.ping()
        except Exception:
            logger.warning("The database does not answer", exc_info=True)
            return False
        return True
