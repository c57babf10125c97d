"""By what a changed pepper is noticed, and what goes with the old one."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.tables import ApiKeyRow, SecretCheckRow, SessionRow, ShareRow

PEPPER = "key_pepper"


class SecretCheckStore:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def kept(self, digest: bytes) -> bytes:
        """Give the digest that is kept of the pepper; at the first time, keep this one."""
        await self._session.execute(
            insert(SecretCheckRow).values(name=PEPPER, digest=digest).on_conflict_do_nothing(index_elements=["name"])
        )
        found = await self._session.scalars(select(SecretCheckRow.digest).where(SecretCheckRow.name == PEPPER))
        return found.one()

    async def replace(self, digest: bytes) -> None:
        """Keep another digest, and end what was made with the old pepper: it would never be known again."""
        await self._session.execute(update(SecretCheckRow).where(SecretCheckRow.name == PEPPER).values(digest=digest))
        await self._session.execute(
            update(ApiKeyRow).where(ApiKeyRow.revoked_at.is_(None)).values(revoked_at=func.now())
        )
        for table in (SessionRow, ShareRow):
            await self._session.execute(delete(table))
