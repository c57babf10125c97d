"""Image rows: written and read one by one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import Coverage, ImageLabelRecord, ImageMetadata, ImageRecord, ImageState, LabelSource
from services.catalog.models import CollectionImage, Image, ImageLabel, Owner
from services.catalog.storage.visible import alive, image_select, to_records, visible_to

ENGLISH = "english"
LABELS = ImageLabel.metadata.tables[ImageLabel.__tablename__]


class ImageRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def name_owner(self, owner_id: UUID, name: str) -> None:
        """Keep the owner's present name; rows of others point here."""
        statement = insert(Owner).values(id=owner_id, name=name)
        changed = statement.on_conflict_do_update(
            index_elements=[Owner.id], set_={"name": name}, where=Owner.name != name
        )
        await self._session.execute(changed)

    async def insert(
        self,
        *,
        image_id: UUID,
        owner_id: UUID,
        owner_name: str,
        sha256: str,
        size: int,
        decoded: "DecodedFacts",
        metadata: ImageMetadata,
    ) -> ImageRecord | None:
        """Add an image in state `processing` and give it; None when the owner has these bytes already."""
        values: dict[str, Any] = {
            "id": image_id,
            "owner_id": owner_id,
            "sha256": sha256,
            "bytes": size,
            **decoded,
            "title": metadata.title,
            "description": metadata.description,
            "tags": list(metadata.tags),
            "visibility": metadata.visibility.value,
            "file_name": metadata.file_name,
            "state": ImageState.PROCESSING.value,
        }
        statement = (
            insert(Image)
            .values(**values, document="")
            .on_conflict_do_nothing(index_elements=["owner_id", "sha256"], index_where=alive())
            .returning(Image.created_at, Image.updated_at)
        )
        times = (await self._session.execute(statement)).one_or_none()
        if times is None:
            return None
        values |= {
            "perceptual_hash": values["perceptual_hash"] & 0xFFFF_FFFF_FFFF_FFFF,
            "tags": metadata.tags,
            "visibility": metadata.visibility,
            "state": ImageState.PROCESSING,
        }
        return ImageRecord(
            **values,
            owner_name=owner_name,
            rotation=0,
            state_reason=None,
            created_at=times[0],
            updated_at=times[1],
            in_favorites=False,
        )

    async def has_digest(self, owner_id: UUID, sha256: str) -> bool:
        statement = select(Image.id).where(alive(), Image.owner_id == owner_id, Image.sha256 == sha256)
        return await self._session.scalar(statement) is not None

    async def with_digest(self, owner_id: UUID, sha256: str) -> ImageRecord | None:
        statement = image_select(owner_id).where(alive(), Image.owner_id == owner_id, Image.sha256 == sha256)
        return await self._one(statement)

    async def get(self, image_id: UUID, viewer: UUID, *, lock: bool = False) -> ImageRecord | None:
        """Give the image when the viewer may see it; with `lock`, hold its row until the transaction ends."""
        statement = image_select(viewer).where(Image.id == image_id, visible_to(viewer))
        return await self._one(statement.with_for_update(of=Image) if lock else statement)

    async def get_for_work(self, image_id: UUID) -> ImageRecord | None:
        """Give the image whoever owns it, unless it is deleted; its row is held until the transaction ends."""
        nobody = UUID(int=0)
        return await self._one(image_select(nobody).where(Image.id == image_id, alive()).with_for_update(of=Image))

    async def get_all_for_work(self, ids: Sequence[UUID]) -> list[ImageRecord]:
        """Give those of the images that are not deleted, whoever owns them; their rows are held until the end.

        By id, and held in that order: whoever holds several does not wait for another who does.
        """
        nobody = UUID(int=0)
        statement = image_select(nobody).where(Image.id.in_(ids), alive()).order_by(Image.id).with_for_update(of=Image)
        rows = (await self._session.execute(statement.execution_options(populate_existing=True))).all()
        return await to_records(self._session, rows)

    async def get_many(self, ids: Sequence[UUID], viewer: UUID) -> list[ImageRecord]:
        """Give those of the ids that the viewer may see, in the order asked."""
        rows = (await self._session.execute(image_select(viewer).where(Image.id.in_(ids), visible_to(viewer)))).all()
        found = {record.id: record for record in await to_records(self._session, rows)}
        return [found[image_id] for image_id in ids if image_id in found]

    async def change(self, image_id: UUID, values: Mapping[str, Any]) -> None:
        await self._session.execute(update(Image).where(Image.id == image_id).values(**values, updated_at=func.now()))

    async def set_state(self, image_id: UUID, state: ImageState, reason: str | None = None) -> None:
        await self.change(image_id, {"state": state.value, "state_reason": reason})

    async def defer(self, ids: Sequence[UUID], reason: str) -> None:
        """Say of images still waiting that they wait for a reason; of those that somebody holds, later."""
        waiting = (
            select(Image.id)
            .where(Image.id.in_(ids), Image.state.in_([ImageState.PROCESSING.value, ImageState.DEFERRED.value]))
            .where((Image.state != ImageState.DEFERRED.value) | Image.state_reason.is_distinct_from(reason))
            .with_for_update(skip_locked=True)
        )
        await self._session.execute(
            update(Image).where(Image.id.in_(waiting)).values(state=ImageState.DEFERRED.value, state_reason=reason)
        )

    async def write_document(self, image_id: UUID, *, a: str, b: str, c: str, d: str) -> None:
        """Set the full-text document from words of the four weights, A the heaviest."""
        parts = [
            func.setweight(func.to_tsvector(ENGLISH, words), literal_column(f"'{weight}'"))
            for words, weight in ((a, "A"), (b, "B"), (c, "C"), (d, "D"))
        ]
        document = parts[0].op("||")(parts[1]).op("||")(parts[2]).op("||")(parts[3])
        await self._session.execute(update(Image).where(Image.id == image_id).values(document=document))

    async def replace_model_labels(self, labels: Mapping[UUID, Sequence[ImageLabelRecord]]) -> None:
        """Put a model's labels in place of its earlier suggestions, by image. What a person said stays."""
        await self._session.execute(
            delete(ImageLabel).where(
                ImageLabel.image_id.in_(labels),
                ImageLabel.source == LabelSource.MODEL.value,
                ImageLabel.status == "suggested",
            )
        )
        rows = [
            {
                "image_id": image_id,
                "label_id": label.label_id,
                "score": label.score,
                "rank": label.rank,
                "source": label.source.value,
                "model": label.model,
                "trained": label.trained,
                "status": label.status.value,
            }
            for image_id, given in labels.items()
            for label in given
        ]
        if rows:
            # The table, and the rows beside the statement: only so is it compiled once and not every time.
            await self._session.execute(insert(LABELS).on_conflict_do_nothing(), rows)

    async def mark_ready(self, ids: Sequence[UUID]) -> None:
        ready = {"state": ImageState.READY.value, "state_reason": None, "updated_at": func.now()}
        await self._session.execute(update(Image).where(Image.id.in_(ids)).values(ready))

    async def mark_deleted(self, image_id: UUID) -> None:
        await self._session.execute(delete(CollectionImage).where(CollectionImage.image_id == image_id))
        await self._session.execute(update(Image).where(Image.id == image_id).values(deleted_at=func.now()))

    async def deleted_at(self, image_id: UUID) -> datetime | None:
        return await self._session.scalar(select(Image.deleted_at).where(Image.id == image_id))

    async def remove(self, image_id: UUID) -> None:
        """Remove the row of a deleted image for good."""
        await self._session.execute(delete(Image).where(Image.id == image_id, Image.deleted_at.is_not(None)))

    async def coverage(self, viewer: UUID | None) -> Coverage:
        """Count what the viewer may see; everything with None."""
        counted = alive() if viewer is None else visible_to(viewer)
        states = select(Image.state, func.count()).where(counted).group_by(Image.state)
        by_state = {row[0]: row[1] for row in await self._session.execute(states)}
        labelled = select(func.count()).where(
            counted, select(ImageLabel.image_id).where(ImageLabel.image_id == Image.id).exists()
        )
        return Coverage(sum(by_state.values()), by_state, await self._session.scalar(labelled) or 0)

    async def _one(self, statement: Select[Image, str, bool]) -> ImageRecord | None:
        rows = (await self._session.execute(statement.execution_options(populate_existing=True))).all()
        records = await to_records(self._session, rows)
        return records[0] if records else None


DecodedFacts = dict[str, Any]
"""Columns that decoding fills: media_type, width, height, perceptual_hash (signed 64 bit), taken_at."""
