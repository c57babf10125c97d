"""Collections and what is in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Select, delete, func, literal, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import CollectionRecord, ImageRecord
from services.catalog.storage.visible import image_select, to_records, visible_to
from services.catalog.tables import Collection, CollectionImage, Image
from services.kit.ids import new_id

FAVORITES = "favorites"


class CollectionRepository:
    """Everything here is looked up by (owner, id): another's collection is not there."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def insert(self, owner_id: UUID, *, name: str, description: str) -> UUID:
        collection_id = new_id()
        await self._session.execute(
            insert(Collection).values(
                id=collection_id, owner_id=owner_id, kind="user", name=name, description=description
            )
        )
        return collection_id

    async def favorites(self, owner_id: UUID) -> UUID:
        """Give the id of the owner's favorites, made when they are first asked for."""
        statement = insert(Collection).values(
            id=new_id(), owner_id=owner_id, kind=FAVORITES, name="Favorites", description=""
        )
        await self._session.execute(
            statement.on_conflict_do_nothing(index_elements=["owner_id"], index_where=text("kind = 'favorites'"))
        )
        found = select(Collection.id).where(Collection.owner_id == owner_id, Collection.kind == FAVORITES)
        return (await self._session.scalars(found)).one()

    async def get(self, collection_id: UUID, owner_id: UUID, *, lock: bool = False) -> CollectionRecord | None:
        if lock:
            held = select(Collection.id).where(Collection.id == collection_id, Collection.owner_id == owner_id)
            await self._session.execute(held.with_for_update())
        rows = await self._session.execute(_described(owner_id).where(Collection.id == collection_id))
        return next((CollectionRecord(*row) for row in rows), None)

    async def page(
        self, owner_id: UUID, *, after: UUID | None, limit: int
    ) -> tuple[list[CollectionRecord], UUID | None]:
        statement = _described(owner_id).order_by(Collection.id.desc()).limit(limit + 1)
        if after is not None:
            statement = statement.where(Collection.id < after)
        records = [CollectionRecord(*row) for row in await self._session.execute(statement)]
        return records[:limit], records[limit - 1].id if len(records) > limit else None

    async def change(self, collection_id: UUID, values: dict[str, Any]) -> None:
        await self._session.execute(
            update(Collection).where(Collection.id == collection_id).values(**values, updated_at=func.now())
        )

    async def delete(self, collection_id: UUID) -> None:
        await self._session.execute(delete(Collection).where(Collection.id == collection_id))

    async def leave(self, owner_id: UUID, heir: UUID | None) -> None:
        """Hand the owner's collections to the heir; favorites, and without an heir all of them, go."""
        own = Collection.owner_id == owner_id
        kept = own & (Collection.kind != FAVORITES)
        if heir is not None:
            await self._session.execute(update(Collection).where(kept).values(owner_id=heir, updated_at=func.now()))
        await self._session.execute(delete(Collection).where(own))

    async def add_all(self, collection_id: UUID, image_ids: Sequence[UUID]) -> set[UUID]:
        """Put images into a collection, whose rows and its own the caller holds; give those that were not in it."""
        rows = [{"collection_id": collection_id, "image_id": image_id} for image_id in image_ids]
        if not rows:
            return set()
        statement = insert(CollectionImage).values(rows).on_conflict_do_nothing()
        added = set(await self._session.scalars(statement.returning(CollectionImage.image_id)))
        await touch(self._session, [collection_id] if added else [])
        return added

    async def remove_all(self, collection_id: UUID, image_ids: Sequence[UUID]) -> set[UUID]:
        """Take images out of a collection, whose row the caller holds; give those that were in it."""
        there = (CollectionImage.collection_id == collection_id) & CollectionImage.image_id.in_(image_ids)
        gone = set(
            await self._session.scalars(delete(CollectionImage).where(there).returning(CollectionImage.image_id))
        )
        await touch(self._session, [collection_id] if gone else [])
        return gone

    async def images(
        self, collection_id: UUID, *, viewer: UUID, after: tuple[datetime, UUID] | None, limit: int
    ) -> tuple[list[ImageRecord], tuple[datetime, UUID] | None]:
        """Give the visible images of a collection, last added first. The position is (added_at, image id)."""
        statement = (
            image_select(viewer)
            .join(CollectionImage, CollectionImage.image_id == Image.id)
            .where(CollectionImage.collection_id == collection_id, visible_to(viewer))
            .order_by(CollectionImage.added_at.desc(), Image.id.desc())
            .limit(limit + 1)
        )
        if after is not None:
            added_at, image_id = after
            moment = literal(added_at, DateTime(timezone=True))
            statement = statement.where(tuple_(CollectionImage.added_at, Image.id) < tuple_(moment, image_id))
        keyed = statement.add_columns(CollectionImage.added_at)
        rows = (await self._session.execute(keyed)).all()
        shown = rows[:limit]
        records = await to_records(self._session, [row[:4] for row in shown])  # type: ignore[misc]
        return records, (shown[-1][4], shown[-1][0].id) if len(rows) > limit else None


async def hold_with(session: AsyncSession, image_ids: Sequence[UUID]) -> list[UUID]:
    """Hold the collections that have any of these images, whose rows the caller holds; give their ids.

    Everybody holds images first and then collections, by id: so nobody waits in a circle.
    """
    having = select(CollectionImage.collection_id).where(CollectionImage.image_id.in_(image_ids))
    held = select(Collection.id).where(Collection.id.in_(having)).order_by(Collection.id).with_for_update()
    return list(await session.scalars(held))


async def touch(session: AsyncSession, collection_ids: Sequence[UUID]) -> None:
    """Note that the members of collections changed. Their rows are held, so that the time only goes on."""
    if collection_ids:
        changed = update(Collection).where(Collection.id.in_(collection_ids))
        await session.execute(changed.values(updated_at=func.clock_timestamp()))


def _described(owner_id: UUID) -> Select[UUID, str, str, str, int, Any, Any]:
    count = (
        select(func.count())
        .select_from(CollectionImage)
        .join(Image, Image.id == CollectionImage.image_id)
        .where(CollectionImage.collection_id == Collection.id, visible_to(owner_id))
        .scalar_subquery()
    )
    return select(
        Collection.id,
        Collection.kind,
        Collection.name,
        Collection.description,
        count,
        Collection.created_at,
        Collection.updated_at,
    ).where(Collection.owner_id == owner_id)
