"""The library as a whole, whoever owns what: walked, counted, drawn from."""

from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.storage.visible import alive
from services.catalog.tables import Download, Image, Owner

DELETED = "(deleted)"
"""Of owners whose account is gone. No user can be called so."""


class LibraryRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def total(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(Image).where(alive())) or 0

    async def owner_named(self, name: str) -> UUID | None:
        """Give the user of that name, if anything is known of one."""
        return await self._session.scalar(select(Owner.id).where(Owner.name == name))

    async def walk(self, *, after: UUID | None, until: UUID | None, limit: int) -> list[UUID]:
        """Give the next images by id: behind `after`, and not behind `until`."""
        statement = select(Image.id).where(alive()).order_by(Image.id).limit(limit)
        if after is not None:
            statement = statement.where(Image.id > after)
        if until is not None:
            statement = statement.where(Image.id <= until)
        return list(await self._session.scalars(statement))

    async def sample(self, limit: int) -> list[tuple[UUID, UUID]]:
        """Draw images by chance: (id, owner's id)."""
        statement = select(Image.id, Image.owner_id).where(alive()).order_by(func.random()).limit(limit)
        return [(row[0], row[1]) for row in await self._session.execute(statement)]

    async def usage(self, owner_id: UUID) -> tuple[int, int]:
        """Count (images, bytes) of an owner, what is in the trash included."""
        kept = (Image.owner_id == owner_id) & or_(alive(), Image.trashed_until > func.now())
        row = (
            await self._session.execute(select(func.count(), func.coalesce(func.sum(Image.bytes), 0)).where(kept))
        ).one()
        return int(row[0]), int(row[1])

    async def forget_owner(self, owner_id: UUID) -> None:
        """Remove what is left of an owner who has no images: downloads, and the name, which another user may take."""
        await self._session.execute(delete(Download).where(Download.owner_id == owner_id))
        await self._session.execute(update(Owner).where(Owner.id == owner_id).values(name=DELETED))
