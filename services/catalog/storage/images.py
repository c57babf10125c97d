"""Image rows: written and read one by one."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Interval, Select, Uuid, any_, bindparam, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import Coverage, Document, ImageMetadata, ImageRecord, ImageState
from services.catalog.storage.collections import hold_with, touch
from services.catalog.storage.duplicates.perceptual_hashes import PerceptualHashRepository, likeness, likeness_key
from services.catalog.storage.search.text_search import vector
from services.catalog.storage.visible import alive, image_select, to_records, visible_to
from services.catalog.tables import CollectionImage, Image, ImageLabel, Owner
from services.vision.perceptual_hash import signed

_FOR_WORK = (
    image_select(UUID(int=0))
    .where(Image.id == any_(bindparam("ids", type_=ARRAY(Uuid))), alive())
    .order_by(Image.id)
    .execution_options(populate_existing=True)
)
_FOR_PURGE = (Image.deleted_at.is_not(None), Image.trashed_until.is_(None))
_FOR_WORK_HELD = _FOR_WORK.with_for_update(of=Image)

# As text where every upload and every image comes by: a statement that is put together anew takes a millisecond.
WORDS = """
    document = CAST(CAST(:document AS text) AS tsvector), analyzer = :analyzer,
    label_ids = CAST(:label_ids AS text[]), own_label_ids = CAST(:own_label_ids AS text[])
"""
_WRITE = text(f"UPDATE images SET {WORDS}, updated_at = now() WHERE id = :id")  # noqa: S608 - our own text
_WRITE_READY = text(f"""
    UPDATE images SET {WORDS}, updated_at = now(), state = 'ready', state_reason = NULL WHERE id = :id
""")  # noqa: S608 - our own text
# The row of the hash is held until the transaction ends, so that who compares waits for it, and then sees the image.
_INSERT = text("""
    WITH owner AS (
        INSERT INTO owners (id, name) SELECT CAST(:owner_id AS uuid), CAST(:owner_name AS text)
        WHERE NOT EXISTS (SELECT FROM owners WHERE id = :owner_id AND name = :owner_name)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name
    ), image AS (
        INSERT INTO images (id, owner_id, sha256, media_type, bytes, width, height, perceptual_hash, file_name, title,
            description, tags, taken_at, taken_local, taken_offset_s, taken_source, exif, warnings, has_motion,
            visibility, state, document, analyzer, label_ids, own_label_ids)
        VALUES (:id, :owner_id, :sha256, :media_type, :bytes, :width, :height, :perceptual_hash, :file_name, :title,
            :description, :tags, :taken_at, :taken_local, :taken_offset_s, :taken_source, CAST(:exif AS jsonb),
            CAST(:warnings AS jsonb), :has_motion, :visibility, :state, CAST(CAST(:document AS text) AS tsvector),
            :analyzer, :label_ids, :own_label_ids)
        ON CONFLICT (owner_id, sha256) WHERE deleted_at IS NULL DO NOTHING
        RETURNING created_at, updated_at
    ), hashed AS (
        INSERT INTO picture_hashes (hash, flat) SELECT CAST(:hash AS bigint), CAST(:flat AS boolean) FROM image
        ON CONFLICT (hash) DO UPDATE SET compared = false
    )
    SELECT created_at, updated_at FROM image
""")


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
        document: Document,
    ) -> ImageRecord | None:
        """Add an image in state `processing` and give it; None when the owner has these bytes already.

        The owner's present name is kept, and the image will be compared after the commit. One statement for all.
        """
        hash_key, flat = likeness_key(decoded["perceptual_hash"], sha256)
        values: dict[str, Any] = {
            "id": image_id,
            "owner_id": owner_id,
            "owner_name": owner_name,
            "sha256": sha256,
            "bytes": size,
            **decoded,
            "title": metadata.title,
            "description": metadata.description,
            "tags": metadata.tags,
            "visibility": metadata.visibility,
            "file_name": metadata.file_name,
            "state": ImageState.PROCESSING,
        }
        packed = {name: json.dumps(decoded[name]) for name in ("exif", "warnings")}
        given = {**values, **packed, **words_of(document), "hash": hash_key, "flat": flat}
        times = (await self._session.execute(_INSERT, given)).one_or_none()
        if times is None:
            return None
        values["perceptual_hash"] &= 0xFFFF_FFFF_FFFF_FFFF
        return ImageRecord(
            **values,
            rotation=0,
            state_reason=None,
            created_at=times[0],
            updated_at=times[1],
            in_favorites=False,
        )

    async def with_digest(self, owner_id: UUID, sha256: str, *, lock: bool = False) -> ImageRecord | None:
        """Give the owner's image with these bytes; with `lock`, hold its row until the transaction ends."""
        statement = image_select(owner_id).where(alive(), Image.owner_id == owner_id, Image.sha256 == sha256)
        return await self._one(statement.with_for_update(of=Image) if lock else statement)

    async def get(self, image_id: UUID, viewer: UUID, *, lock: bool = False) -> ImageRecord | None:
        """Give the image when the viewer may see it; with `lock`, hold its row until the transaction ends."""
        statement = image_select(viewer).where(Image.id == image_id, visible_to(viewer))
        return await self._one(statement.with_for_update(of=Image) if lock else statement)

    async def get_for_work(self, image_id: UUID) -> ImageRecord | None:
        """Give the image whoever owns it, unless it is deleted; its row is held until the transaction ends."""
        nobody = UUID(int=0)
        return await self._one(image_select(nobody).where(Image.id == image_id, alive()).with_for_update(of=Image))

    async def get_all_for_work(self, ids: Sequence[UUID], *, lock: bool = True) -> list[ImageRecord]:
        """Give those of the images that are not deleted, whoever owns them; with `lock` their rows are held to the end.

        By id, and held in that order: whoever holds several does not wait for another who does.
        """
        if not ids:
            return []
        rows = (await self._session.execute(_FOR_WORK_HELD if lock else _FOR_WORK, {"ids": list(ids)})).all()
        return await to_records(self._session, rows)

    async def get_many(self, ids: Sequence[UUID], viewer: UUID) -> list[ImageRecord]:
        """Give those of the ids that the viewer may see, in the order asked."""
        wanted = Image.id == any_(literal(list(ids), ARRAY(Uuid)))
        rows = (await self._session.execute(image_select(viewer).where(wanted, visible_to(viewer)))).all()
        found = {record.id: record for record in await to_records(self._session, rows)}
        return [found[image_id] for image_id in ids if image_id in found]

    async def hold_visible(self, ids: Sequence[UUID], viewer: UUID) -> set[UUID]:
        """Give those of the ids that the viewer may see; their rows are held, by id, until the transaction ends."""
        wanted = Image.id == any_(literal(list(ids), ARRAY(Uuid)))
        held = select(Image.id).where(wanted, visible_to(viewer)).order_by(Image.id).with_for_update()
        return set(await self._session.scalars(held))

    async def change(self, image_id: UUID, values: Mapping[str, Any]) -> None:
        await self._session.execute(update(Image).where(Image.id == image_id).values(**values, updated_at=func.now()))

    async def write_facts(self, image: ImageRecord, facts: "DecodedFacts") -> None:
        """Write what decoding found anew where it differs from the record, whose row is held."""
        there = {**vars(image), "perceptual_hash": signed(image.perceptual_hash), "warnings": list(image.warnings)}
        changed = {name: value for name, value in facts.items() if there[name] != value}
        if not changed:
            return
        await self.change(image.id, changed)
        if "perceptual_hash" in changed:
            await PerceptualHashRepository(self._session).move(
                image.id,
                before=likeness_key(there["perceptual_hash"], image.sha256)[0],
                after=likeness_key(changed["perceptual_hash"], image.sha256),
            )

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

    async def write_documents(self, documents: Mapping[UUID, Document], *, ready: bool = False) -> None:
        """Set what images are found by; with `ready`, their state as well: one new version of a row, not two."""
        rows = [{"id": image_id, **words_of(documents[image_id])} for image_id in sorted(documents)]
        if rows:
            await self._session.execute(_WRITE_READY if ready else _WRITE, rows)

    async def touch_collections(self, ids: Sequence[UUID]) -> None:
        """Note in the collections that have these images, whose rows are held, that others see them now, or do not."""
        if ids:
            await touch(self._session, await hold_with(self._session, ids))

    async def mark_deleted(self, ids: Sequence[UUID], *, trashed_for: timedelta) -> None:
        """Take images, whose rows are held, out of everything. Unless they are trashed for no time at all, they can be
        restored, and stay where they are in collections, unseen."""
        await self.touch_collections(ids)
        until = func.now() + literal(trashed_for, Interval) if trashed_for else None
        if until is None:
            await self._session.execute(delete(CollectionImage).where(CollectionImage.image_id.in_(ids)))
        marked = update(Image).where(Image.id.in_(ids)).values(deleted_at=func.now(), trashed_until=until)
        await self._session.execute(marked)

    async def is_for_purge(self, image_id: UUID) -> bool:
        """Whether the image is deleted and not in the trash."""
        return bool(await self._session.scalar(select(Image.id).where(Image.id == image_id, *_FOR_PURGE)))

    async def remove(self, image_id: UUID) -> None:
        """Remove the row of an image that is for purge."""
        gone = delete(Image).where(Image.id == image_id, *_FOR_PURGE)
        for key in (await self._session.scalars(gone.returning(likeness(Image)))).all():
            await PerceptualHashRepository(self._session).forget(image_id, key)

    async def coverage(self, viewer: UUID | None) -> Coverage:
        """Count what the viewer may see; everything with None."""
        counted = alive() if viewer is None else visible_to(viewer)
        states = select(Image.state, func.count()).where(counted).group_by(Image.state)
        by_state = {row[0]: row[1] for row in await self._session.execute(states)}
        labelled = select(func.count()).where(
            counted, select(ImageLabel.image_id).where(ImageLabel.image_id == Image.id).exists()
        )
        return Coverage(sum(by_state.values()), by_state, await self._session.scalar(labelled) or 0)

    async def _one(self, statement: Select[Image, str, bool, bool]) -> ImageRecord | None:
        rows = (await self._session.execute(statement.execution_options(populate_existing=True))).all()
        records = await to_records(self._session, rows)
        return records[0] if records else None


def words_of(document: Document) -> dict[str, Any]:
    """Give the values of WORDS."""
    return {
        "document": vector(document.words, document.tag_keys),
        "analyzer": document.analyzer,
        "label_ids": list(document.label_ids),
        "own_label_ids": list(document.own_label_ids),
    }


DecodedFacts = dict[str, Any]
"""Columns that decoding fills: media_type, width, height, perceptual_hash (signed 64 bit), what the file says."""
