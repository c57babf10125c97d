"""Which space was promoted, as this replica knows it."""

import asyncio
import time

from services.kit.http.problems import Unavailable
from services.kit.postgres.database import Database
from services.similarity.storage.space_roles import SpaceRoleRepository, SpaceRoles

KEPT_S = 2.0
"""With what it takes to ask, a promotion is effective on every replica well within 5 s."""


class SpaceRegistry:
    """Remembers the marks for up to 2 s. While the database does not answer, what it said last goes on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking = asyncio.Lock()
        self._marks: SpaceRoles | None = None
        self._until = 0.0

    async def marks(self) -> SpaceRoles:
        """Raises Unavailable when the database has never answered."""
        async with self._asking:
            if self._marks is None or time.monotonic() >= self._until:
                self._marks = await self._read(self._marks)
                self._until = time.monotonic() + KEPT_S
            return self._marks

    async def promoted(self) -> str | None:
        return (await self.marks()).promoted

    def look_again(self) -> None:
        """Forget what is remembered: it was changed here."""
        self._until = 0.0

    async def _read(self, last: SpaceRoles | None) -> SpaceRoles:
        try:
            async with self._database.transaction() as session:
                return await SpaceRoleRepository(session).get()
        except Unavailable:
            if last is None:
                raise
            return last
