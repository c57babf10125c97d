"""What is about to be downloaded together."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, Interval, Uuid, any_, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import DownloadRecord
from services.catalog.storage.visible import visible_to
from services.catalog.tables import CollectionImage, Download, Image

KEPT_EACH = 20


class DownloadRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def those_visible(self, ids: Sequence[UUID], viewer: UUID) -> dict[UUID, int]:
        """Give the sizes in bytes of those images that the viewer may see, in the order asked."""
        wanted = Image.id == any_(literal(list(ids), ARRAY(Uuid)))
        rows = await self._session.execute(select(Image.id, Image.bytes).where(wanted, visible_to(viewer)))
        found = {row[0]: row[1] for row in rows}
        return {image_id: found[image_id] for image_id in ids if image_id in found}

    async def in_collection(self, collection_id: UUID, viewer: UUID, *, limit: int) -> dict[UUID, int]:
        """Give the sizes in bytes of the visible images of a collection, last added first."""
        rows = await self._session.execute(
            select(Image.id, Image.bytes)
            .join(CollectionImage, CollectionImage.image_id == Image.id)
            .where(CollectionImage.collection_id == collection_id, visible_to(viewer))
            .order_by(CollectionImage.added_at.desc(), Image.id.desc())
            .limit(limit)
        )
        return {row[0]: row[1] for row in rows}

    async def insert(
        self, download_id: UUID, owner_id: UUID, *, name: str, image_ids: Sequence[UUID], lasts: timedelta
    ) -> datetime:
        """Keep it, and say until when. What is over goes, and all but the owner's last twenty."""
        newest = select(Download.id).where(Download.owner_id == owner_id).order_by(Download.id.desc())
        older = (Download.owner_id == owner_id) & Download.id.not_in(newest.limit(KEPT_EACH - 1))
        await self._session.execute(delete(Download).where((Download.expires_at < func.now()) | older))
        expires_at = func.now() + literal(lasts, Interval)
        made = insert(Download).values(
            id=download_id, owner_id=owner_id, name=name, image_ids=list(image_ids), expires_at=expires_at
        )
        return (await self._session.execute(made.returning(Download.expires_at))).scalar_one()

    async def get(self, download_id: UUID, owner_id: UUID) -> DownloadRecord | None:
        mine = (Download.id == download_id, Download.owner_id == owner_id, Download.expires_at > func.now())
        row = (await self._session.execute(select(Download.name, Download.image_ids).where(*mine))).one_or_none()
        return None if row is None else DownloadRecord(row[0], tuple(row[1]))
