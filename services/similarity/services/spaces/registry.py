"""Which space was promoted, as this replica knows it."""

from services.kit.cached import Cached
from services.kit.http.problems import Unavailable
from services.kit.postgres.database import Database
from services.similarity.storage.space_roles import SpaceRoleRepository, SpaceRoles

KEPT_S = 2.0
"""With what it takes to ask, a promotion is effective on every replica well within 5 s."""


class SpaceRegistry:
    """Remembers the roles for up to 2 s. While the database does not answer, what it said last goes on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._roles = Cached(self._read, keep_s=KEPT_S, survives=(Unavailable,))

    async def roles(self) -> SpaceRoles:
        """Raises Unavailable when the database has never answered."""
        return await self._roles.get()

    async def promoted(self) -> str | None:
        return (await self.roles()).promoted

    def look_again(self) -> None:
        """Forget what is remembered: it was changed here."""
        self._roles.forget()

    async def _read(self) -> SpaceRoles:
        async with self._database.transaction() as session:
            return await SpaceRoleRepository(session).get()
