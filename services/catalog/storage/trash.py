"""Images in the trash. They are deleted (`visible.alive` leaves them out everywhere), and `trashed_until` is ahead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, and_, delete, func, literal, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain.trash import TrashedImage
from services.catalog.storage.duplicates.perceptual_hashes import PerceptualHashRepository
from services.catalog.storage.images import ImageRepository
from services.catalog.tables import CollectionImage, Image

_COLUMNS = (
    Image.id,
    Image.sha256,
    Image.title,
    Image.file_name,
    Image.media_type,
    Image.bytes,
    Image.width,
    Image.height,
    Image.created_at,
    Image.deleted_at,
    Image.trashed_until,
)
_CLAIM = text("""
    UPDATE images SET trashed_until = NULL
    WHERE id IN (
        SELECT id FROM images WHERE trashed_until <= now() ORDER BY trashed_until LIMIT :most FOR UPDATE SKIP LOCKED
    )
    RETURNING id
""")


class TrashRepository:
    """What people ask for is looked up by owner: another's trash is empty."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self, owner_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> tuple[list[TrashedImage], tuple[datetime, UUID] | None]:
        """Give a page, last deleted first. The position is (deleted_at, image id)."""
        statement = select(*_COLUMNS).where(_in_trash(owner_id)).order_by(Image.deleted_at.desc(), Image.id.desc())
        if after is not None:
            moment = literal(after[0], DateTime(timezone=True))
            statement = statement.where(tuple_(Image.deleted_at, Image.id) < tuple_(moment, after[1]))
        rows: Sequence[Any] = (await self._session.execute(statement.limit(limit + 1))).all()
        found = [TrashedImage(*row) for row in rows]
        shown = found[:limit]
        return shown, (shown[-1].deleted_at, shown[-1].id) if len(found) > limit else None

    async def count(self, owner_id: UUID) -> int:
        return await self._session.scalar(select(func.count()).select_from(Image).where(_in_trash(owner_id))) or 0

    async def hold(self, owner_id: UUID, ids: Sequence[UUID] | None, *, limit: int) -> dict[UUID, str]:
        """Give those of the images that are in the trash, or the first of all, with their SHA-256; their rows are held,
        by id, until the transaction ends."""
        statement = select(Image.id, Image.sha256).where(_in_trash(owner_id))
        if ids is not None:
            statement = statement.where(Image.id.in_(ids))
        held = statement.order_by(Image.id).limit(limit).with_for_update()
        return {row[0]: row[1] for row in await self._session.execute(held)}

    async def hold_with_digest(self, owner_id: UUID, sha256: str) -> UUID | None:
        """Give the image in the trash with these bytes; its row is held until the transaction ends."""
        wanted = select(Image.id).where(_in_trash(owner_id), Image.sha256 == sha256)
        return await self._session.scalar(wanted.order_by(Image.id).limit(1).with_for_update())

    async def restore(self, held: Sequence[UUID]) -> None:
        """Bring images, whose rows are held, back into everything. Copies of them may have come meanwhile, so they are
        compared again."""
        back = (
            update(Image).where(Image.id.in_(held)).values(deleted_at=None, trashed_until=None, updated_at=func.now())
        )
        await self._session.execute(back)
        await PerceptualHashRepository(self._session).compare_again(held)
        await ImageRepository(self._session).touch_collections(held)

    async def empty(self, owner_id: UUID, ids: Sequence[UUID] | None) -> int:
        """End the time of these, or of all; say of how many."""
        ended = update(Image).where(_in_trash(owner_id)).values(trashed_until=func.now(), updated_at=Image.updated_at)
        if ids is not None:
            ended = ended.where(Image.id.in_(ids))
        return (await self._session.execute(ended)).rowcount  # type: ignore[attr-defined,no-any-return]

    async def claim(self, *, limit: int) -> list[UUID]:
        """Take out images whose time is over, for purge: from now on nobody can restore them."""
        ids = sorted(await self._session.scalars(_CLAIM, {"most": limit}))
        await self._session.execute(delete(CollectionImage).where(CollectionImage.image_id.in_(ids)))
        return ids


def _in_trash(owner_id: UUID) -> ColumnElement[bool]:
    return and_(Image.owner_id == owner_id, Image.trashed_until > func.now())
