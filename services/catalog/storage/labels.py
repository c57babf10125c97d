"""Labels of images: what a model said, and what a person said of it. The images' rows are held by the caller."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import ImageLabelRecord, LabelSource, LabelStatus
from services.catalog.tables import ImageLabel

BY_MODEL = ImageLabel.source == LabelSource.MODEL.value
_DELETE_SUGGESTED = text("""
    DELETE FROM image_labels
    WHERE image_id = ANY(CAST(:image_ids AS uuid[])) AND source = 'model' AND status = 'suggested'
""")
_INSERT = text("""
    INSERT INTO image_labels (image_id, label_id, score, rank, source, model, trained, status)
    SELECT image_id, label_id, score, rank, source, model, trained, status
    FROM unnest(
        CAST(:image_ids AS uuid[]), CAST(:label_ids AS text[]), CAST(:scores AS float8[]), CAST(:ranks AS smallint[]),
        CAST(:sources AS text[]), CAST(:models AS text[]), CAST(:trained AS boolean[]), CAST(:statuses AS text[])
    ) AS given (image_id, label_id, score, rank, source, model, trained, status)
    ON CONFLICT (image_id, label_id) DO UPDATE SET
        score = excluded.score, rank = excluded.rank, model = excluded.model, trained = excluded.trained
    WHERE image_labels.source = 'model'
""")


class LabelRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def replace_model_labels(
        self, labels: Mapping[UUID, Sequence[ImageLabelRecord]], *, judged: Collection[UUID]
    ) -> None:
        """Put a model's labels in place of its earlier suggestions, by image. What a person said stays.

        On the `judged` images people said something: a verdict on a label that the model gives again gets the new
        score and rank; every other kept label ranks after the model's.
        """
        await self._session.execute(_DELETE_SUGGESTED, {"image_ids": list(labels)})
        rows = [(image_id, label) for image_id, given in labels.items() for label in given]
        if rows:
            columns = {
                "image_ids": [image_id for image_id, _ in rows],
                "label_ids": [label.label_id for _, label in rows],
                "scores": [label.score for _, label in rows],
                "ranks": [label.rank for _, label in rows],
                "sources": [label.source for _, label in rows],
                "models": [label.model for _, label in rows],
                "trained": [label.trained for _, label in rows],
                "statuses": [label.status for _, label in rows],
            }
            await self._session.execute(_INSERT, columns)
        for image_id in judged:
            await self._rank_after(image_id, [label.label_id for label in labels[image_id]])

    async def _rank_after(self, image_id: UUID, given: Sequence[str]) -> None:
        """Rank the labels that the model did not just give after those that it gave, in the order they have."""
        kept = (
            select(ImageLabel.label_id, func.row_number().over(order_by=[ImageLabel.rank, ImageLabel.label_id]))
            .where(ImageLabel.image_id == image_id, ~(BY_MODEL & ImageLabel.label_id.in_(given)))
            .subquery()
        )
        label_id, place = kept.c
        await self._session.execute(
            update(ImageLabel)
            .where(ImageLabel.image_id == image_id, ImageLabel.label_id == label_id)
            .values(rank=place + len(given))
        )

    async def decide(self, image_id: UUID, label_id: str, status: LabelStatus, *, by: UUID | None) -> None:
        """Keep a verdict on a label, or (with `by` None) that there is none."""
        await self._session.execute(
            update(ImageLabel)
            .where(ImageLabel.image_id == image_id, ImageLabel.label_id == label_id)
            .values(status=status.value, decided_by=by, decided_at=None if by is None else func.now())
        )

    async def add(self, image_id: UUID, label_id: str, *, by: UUID) -> None:
        """Add a label by hand: confirmed, and after those that are there."""
        last = select(func.coalesce(func.max(ImageLabel.rank), 0)).where(ImageLabel.image_id == image_id)
        await self._session.execute(
            insert(ImageLabel).values(
                image_id=image_id,
                label_id=label_id,
                score=1.0,
                rank=last.scalar_subquery() + 1,
                source=LabelSource.USER.value,
                status=LabelStatus.CONFIRMED.value,
                decided_by=by,
                decided_at=func.now(),
            )
        )

    async def remove(self, image_id: UUID, label_id: str) -> None:
        await self._session.execute(
            delete(ImageLabel).where(ImageLabel.image_id == image_id, ImageLabel.label_id == label_id)
        )
