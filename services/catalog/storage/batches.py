"""Many images of one owner at once, in few statements."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import ImageRecord, Person
from services.catalog.storage.visible import alive, image_select, to_records
from services.catalog.tables import Image

WRITE = text("""
    UPDATE images SET title = new.title, description = new.description, tags = new.tags,
        visibility = new.visibility, rotation = new.rotation, file_name = new.file_name, taken_at = new.taken_at,
        taken_local = new.taken_local, taken_offset_s = new.taken_offset_s, taken_source = new.taken_source,
        updated_at = now()
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS new (id uuid, title text, description text, tags text[], visibility text, rotation smallint,
        file_name text, taken_at timestamptz, taken_local timestamp, taken_offset_s int, taken_source text)
    WHERE images.id = new.id
""")

_HAS_ALREADY = text("""
    SELECT gone.id, kept.id FROM images AS gone
    JOIN images AS kept ON kept.owner_id = :heir AND kept.sha256 = gone.sha256 AND kept.deleted_at IS NULL
    WHERE gone.id = ANY(CAST(:ids AS uuid[]))
""")
# In the two users' own collections alone: in those of others it might be something that they may not see.
_STANDS_IN = text("""
    INSERT INTO collection_images (collection_id, image_id, added_at)
    SELECT inside.collection_id, :kept, inside.added_at FROM collection_images AS inside
    JOIN collections ON collections.id = inside.collection_id
    WHERE inside.image_id = :gone AND collections.owner_id IN (:owner, :heir)
    ON CONFLICT DO NOTHING
""")


class BatchRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def now(self) -> datetime:
        """Give the transaction's time, which `write` notes as the date of change."""
        return (await self._session.execute(select(func.now()))).scalar_one()

    async def hold_own(self, ids: Iterable[UUID], owner_id: UUID) -> dict[UUID, ImageRecord]:
        """Give those images that are the owner's, their rows held until the transaction ends.

        Rows are taken in the order of their ids: two batches at once wait for each other, never in a circle.
        """
        statement = (
            image_select(owner_id)
            .where(Image.id.in_(sorted(ids)), Image.owner_id == owner_id, alive())
            .order_by(Image.id)
            .with_for_update(of=Image)
            .execution_options(populate_existing=True)
        )
        rows = (await self._session.execute(statement)).all()
        return {record.id: record for record in await to_records(self._session, rows)}

    async def write(self, images: Sequence[ImageRecord]) -> None:
        """Write what people say of images whose rows are held."""
        rows = [
            {
                "id": str(image.id),
                "title": image.title,
                "description": image.description,
                "tags": image.tags,
                "visibility": image.visibility.value,
                "rotation": image.rotation,
                "file_name": image.file_name,
                "taken_at": image.taken_at and image.taken_at.isoformat(),
                "taken_local": image.taken_local and image.taken_local.isoformat(),
                "taken_offset_s": image.taken_offset_s,
                "taken_source": image.taken_source,
            }
            for image in images
        ]
        if rows:
            await self._session.execute(WRITE, {"rows": json.dumps(rows)})

    async def hold_oldest(self, owner_id: UUID, *, limit: int) -> list[UUID]:
        """Give the first images of an owner, by id, their rows held until the transaction ends."""
        own = select(Image.id).where(Image.owner_id == owner_id, alive()).order_by(Image.id).limit(limit)
        return list(await self._session.scalars(own.with_for_update()))

    async def stand_ins(self, ids: Sequence[UUID], owner_id: UUID, heir: UUID) -> list[UUID]:
        """Give those of an owner's images whose bytes the heir has as well; the heir's take their places in collections
        of the two."""
        pairs = (await self._session.execute(_HAS_ALREADY, {"ids": list(ids), "heir": heir})).all()
        for gone, kept in pairs:
            await self._session.execute(_STANDS_IN, {"gone": gone, "kept": kept, "owner": owner_id, "heir": heir})
        return [gone for gone, _ in pairs]

    async def hand_over(self, ids: Sequence[UUID], heir: Person) -> None:
        """Make images, whose rows are held, somebody else's."""
        theirs = update(Image).where(Image.id.in_(ids))
        await self._session.execute(theirs.values(owner_id=heir.id, updated_at=func.now()))
