"""The gateway's readiness: its own database alone, so that the stack runs while other services are away."""

import logging

from services.kit.cached import Cached
from services.kit.postgres.database import Database

logger = logging.getLogger("pictor.readiness")
REMEMBERED_S = 1.0


class DatabaseCheck:
    """Answers strangers, so it asks the database at most once a second and gives no reason: the log has that."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._well = Cached(self._ping, keep_s=REMEMBERED_S)

    async def __call__(self) -> None:
        """Raise RuntimeError when the database does not answer."""
        if not await self._well.get():
            raise RuntimeError("does not answer")

    async def _ping(self) -> bool:
        try:
            await self._database.ping()
        except Exception:
            logger.warning("The database does not answer", exc_info=True)
            return False
        return True
