"""What visitors with a share link see: its owner's own images in the collection, and no others'."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import DateTime, Select, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import ImageRecord
from services.catalog.storage.visible import alive, image_select, to_records
from services.catalog.tables import Collection, CollectionImage, Image

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


class SharedRepository:
    """Everything is looked up by (owner, collection): so nothing is found once the collection is gone."""

    def __init__(self, session: AsyncSession, owner_id: UUID, collection_id: UUID) -> None:
        self._session = session
        self._owner_id = owner_id
        self._collection_id = collection_id

    async def collection(self) -> tuple[str, str, int] | None:
        """Give name, description and number of images."""
        mine = (Collection.id == self._collection_id, Collection.owner_id == self._owner_id)
        count = self._within(select(func.count()).select_from(Image)).scalar_subquery()
        row = (await self._session.execute(select(Collection.name, Collection.description, count).where(*mine))).first()
        return None if row is None else (row[0], row[1], row[2])

    async def images(
        self, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> tuple[list[ImageRecord], tuple[datetime, UUID] | None]:
        """Give a page, last added first. The position is (added_at, image id)."""
        statement = self._within(image_select(self._owner_id).add_columns(CollectionImage.added_at))
        if after is not None:
            added_at, image_id = after
            moment = literal(added_at, DateTime(timezone=True))
            statement = statement.where(tuple_(CollectionImage.added_at, Image.id) < tuple_(moment, image_id))
        ordered = statement.order_by(CollectionImage.added_at.desc(), Image.id.desc()).limit(limit + 1)
        rows = (await self._session.execute(ordered)).all()
        shown = rows[:limit]
        records = await to_records(self._session, [row[:4] for row in shown])  # type: ignore[misc]
        return records, (shown[-1][4], shown[-1][0].id) if len(rows) > limit else None

    async def image(self, image_id: UUID) -> ImageRecord | None:
        statement = self._within(image_select(self._owner_id)).where(Image.id == image_id)
        records = await to_records(self._session, (await self._session.execute(statement)).all())
        return records[0] if records else None

    def _within(self, statement: S) -> S:
        return (
            statement.join(CollectionImage, CollectionImage.image_id == Image.id)
            .join(Collection, Collection.id == CollectionImage.collection_id)
            .where(Collection.id == self._collection_id, Collection.owner_id == self._owner_id)
            .where(alive(), Image.owner_id == self._owner_id)
        )
