"""Images whose document another analyzer made."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import Document, ImageRecord
from services.catalog.storage.images import WORDS, ImageRepository, words_of
from services.catalog.storage.visible import alive
from services.catalog.tables import Image

# Neither the date of change nor its ETag tell of this: nobody changed the image.
_WRITE = text(f"UPDATE images SET {WORDS}, tags = CAST(:tags AS text[]) WHERE id = :id")  # noqa: S608 - our own text


class StaleDocuments:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold(self, analyzer: str, *, most: int) -> list[ImageRecord]:
        """Give so many images whose document is not this analyzer's, their rows held; those that others hold, later."""
        other = or_(Image.analyzer < analyzer, Image.analyzer > analyzer)  # two ranges of the index
        statement = select(Image.id).where(other, alive()).limit(most).with_for_update(skip_locked=True)
        ids: Sequence[UUID] = (await self._session.scalars(statement)).all()
        return await ImageRepository(self._session).get_all_for_work(ids)

    async def write(self, documents: Sequence[tuple[ImageRecord, Document]]) -> None:
        rows = [
            {"id": image.id, "tags": list(image.tags), **words_of(document)}
            for image, document in sorted(documents, key=lambda pair: pair[0].id)
        ]
        if rows:
            await self._session.execute(_WRITE, rows)
