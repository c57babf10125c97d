"""Statistics: how often labels and tags occur among the images that a viewer may see."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, String, Text, cast, column, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import LabelStatus, TermCount
from services.catalog.models import Image, ImageLabel
from services.catalog.storage.visible import visible_to


class TermRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def label_counts(self, viewer: UUID) -> dict[str, int]:
        """Visible images by label id, for labels that an image bears itself."""
        statement = (
            select(ImageLabel.label_id, func.count())
            .join(Image, Image.id == ImageLabel.image_id)
            .where(visible_to(viewer), ImageLabel.status != LabelStatus.REJECTED.value)
            .group_by(ImageLabel.label_id)
        )
        return {row[0]: row[1] for row in await self._session.execute(statement)}

    async def group_counts(self, viewer: UUID, groups: Mapping[str, Sequence[str]]) -> dict[str, int]:
        """Visible images by group, where a group is a set of label ids: an image counts once in each."""
        pairs = [(group, label) for group, labels in groups.items() for label in labels]
        if not pairs:
            return {}
        names, labels = (cast([pair[side] for pair in pairs], ARRAY(String)) for side in (0, 1))
        member = (
            func.unnest(names, labels)
            .table_valued(column("group_id", String), column("label_id", String))
            .render_derived()
        )
        statement = (
            select(member.c.group_id, func.count(ImageLabel.image_id.distinct()))
            .select_from(member)
            .join(ImageLabel, ImageLabel.label_id == member.c.label_id)
            .join(Image, Image.id == ImageLabel.image_id)
            .where(visible_to(viewer), ImageLabel.status != LabelStatus.REJECTED.value)
            .group_by(member.c.group_id)
        )
        return {row[0]: row[1] for row in await self._session.execute(statement)}

    async def tag_counts(self, viewer: UUID, *, prefix: str = "") -> list[TermCount]:
        """Visible images by tag, for tags that begin with `prefix`."""
        tag = func.unnest(Image.tags).table_valued(column("tag", Text)).render_derived().lateral()
        statement = (
            select(tag.c.tag, func.count())
            .select_from(Image)
            .join(tag, true())
            .where(visible_to(viewer), tag.c.tag.startswith(prefix, autoescape=True))
            .group_by(tag.c.tag)
        )
        return [TermCount(row[0], None, row[1]) for row in await self._session.execute(statement)]
