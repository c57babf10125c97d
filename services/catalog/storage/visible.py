"""The one place that says which images a viewer may see, and how a row becomes a record."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Uuid, and_, any_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.catalog.domain import (
    ImageLabelRecord,
    ImageRecord,
    ImageState,
    LabelSource,
    LabelStatus,
    Person,
    Visibility,
)
from services.catalog.tables import Collection, CollectionImage, Image, ImageLabel, Owner

POSITION = frozenset({"latitude", "longitude", "altitude_m"})
"""Of the EXIF facts, what the owner alone is told."""


def alive() -> ColumnElement[bool]:
    return Image.deleted_at.is_(None)


def visible_to(viewer: UUID) -> ColumnElement[bool]:
    """Not deleted, and public or the viewer's own."""
    return and_(alive(), or_(Image.owner_id == viewer, Image.visibility == Visibility.PUBLIC.value))


def image_select(viewer: UUID) -> Select[Image, str, bool, bool]:
    """Select (Image, owner's name, in the viewer's favorites, the viewer's own), without a condition on visibility."""
    # Aliases, so that a statement that joins these tables itself is not meant.
    inside, favorites = aliased(CollectionImage), aliased(Collection)
    in_favorites = (
        select(inside.image_id)
        .join(favorites, favorites.id == inside.collection_id)
        .where(inside.image_id == Image.id, favorites.owner_id == viewer, favorites.kind == "favorites")
        .exists()
    )
    columns = select(Image, Owner.name, in_favorites.label("in_favorites"), (Image.owner_id == viewer).label("is_own"))
    return columns.join(Owner, Owner.id == Image.owner_id)


_LABELS = (
    select(
        ImageLabel.image_id,
        ImageLabel.label_id,
        ImageLabel.score,
        ImageLabel.rank,
        ImageLabel.source,
        ImageLabel.model,
        ImageLabel.trained,
        ImageLabel.status,
        ImageLabel.decided_by,
        ImageLabel.decided_at,
        Owner.name,
    )
    .outerjoin(Owner, Owner.id == ImageLabel.decided_by)
    .where(ImageLabel.image_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(ImageLabel.image_id, ImageLabel.rank, ImageLabel.label_id)
)


async def to_records(session: AsyncSession, rows: Sequence[Row[Image, str, bool, bool]]) -> list[ImageRecord]:
    """Make records of `image_select` rows, in their order, with their labels (one more statement)."""
    labels = await _labels_of(session, [row[0].id for row in rows])
    return [_record(row[0], row[1], row[2], row[3], labels[row[0].id]) for row in rows]


async def _labels_of(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[ImageLabelRecord]]:
    found: dict[UUID, list[ImageLabelRecord]] = defaultdict(list)
    wanted = list(ids)
    if not wanted:
        return found
    for row in await session.execute(_LABELS, {"ids": wanted}):
        image_id, label_id, score, rank, source, model, trained, status, decided_by, decided_at, decider = row
        found[image_id].append(
            ImageLabelRecord(
                label_id=label_id,
                score=score,
                rank=rank,
                source=LabelSource(source),
                model=model,
                trained=trained,
                status=LabelStatus(status),
                decided_by=Person(decided_by, decider) if decided_by else None,
                decided_at=decided_at,
            )
        )
    return found


def _record(image: Image, owner: str, in_favorites: bool, is_own: bool, labels: list[ImageLabelRecord]) -> ImageRecord:
    return ImageRecord(
        id=image.id,
        owner_id=image.owner_id,
        owner_name=owner,
        sha256=image.sha256,
        media_type=image.media_type,
        bytes=image.bytes,
        width=image.width,
        height=image.height,
        rotation=image.rotation,
        perceptual_hash=image.perceptual_hash & 0xFFFF_FFFF_FFFF_FFFF,
        file_name=image.file_name,
        title=image.title,
        description=image.description,
        tags=tuple(image.tags),
        taken_at=image.taken_at,
        visibility=Visibility(image.visibility),
        state=ImageState(image.state),
        state_reason=image.state_reason,
        created_at=image.created_at,
        updated_at=image.updated_at,
        in_favorites=in_favorites,
        labels=tuple(labels),
        taken_local=image.taken_local,
        taken_offset_s=image.taken_offset_s,
        taken_source=image.taken_source,
        exif=image.exif if is_own else {name: value for name, value in image.exif.items() if name not in POSITION},
        warnings=tuple(image.warnings),
        has_motion=image.has_motion,
        is_damaged=image.damaged_at is not None,
    )
