"""Word search: one statement from a filter, walked by key so that a page never shifts under inserts and deletes."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, REAL, ColumnElement, Double, cast, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import ImageRecord, LabelStatus, SearchFilter, Sort
from services.catalog.models import Collection, CollectionImage, Image, ImageLabel, Owner
from services.catalog.storage.collections import FAVORITES
from services.catalog.storage.images import ENGLISH
from services.catalog.storage.visible import image_select, to_records, visible_to

WEIGHTS = [0.1, 0.3, 0.6, 1.0]
"""ts_rank's weights of D (ancestors, synonyms), C (description), B (labels), A (title, tags)."""
Position = list[Any]


class SearchRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self, wanted: SearchFilter, *, viewer: UUID, sort: Sort, seed: int, after: Position | None, limit: int
    ) -> tuple[list[ImageRecord], Position | None]:
        """Give up to `limit` images and the position to go on from (None at the end)."""
        key = _sort_key(wanted, sort, seed)
        descending = sort in {Sort.RELEVANCE, Sort.NEWEST}
        order = [column.desc() if descending else column.asc() for column in (*key, Image.id)]
        statement = image_select(viewer).where(*_conditions(wanted, viewer)).order_by(*order).limit(limit + 1)
        if after is not None:
            here, there = tuple_(*key, Image.id), tuple_(*_position_of(after, with_key=bool(key)))
            statement = statement.where(here < there if descending else here > there)
        keyed = statement.add_columns(key[0] if key else literal(None))
        rows = (await self._session.execute(keyed)).all()
        shown = rows[:limit]
        records = await to_records(self._session, [row[:3] for row in shown])  # type: ignore[misc]
        if len(rows) <= limit:
            return records, None
        last = shown[-1]
        return records, [*([last[3]] if key else []), str(last[0].id)]


def _position_of(after: Position, *, with_key: bool) -> list[ColumnElement[Any]]:
    identity = literal(UUID(after[-1]))
    return [cast(literal(after[0]), Double), identity] if with_key else [identity]


def _sort_key(wanted: SearchFilter, sort: Sort, seed: int) -> list[ColumnElement[Any]]:
    """Give the float columns that come before the id in the order: ids alone order by time."""
    if sort is Sort.RANDOM:
        return [cast(func.hashtextextended(func.text(Image.id), seed), Double)]
    if sort is not Sort.RELEVANCE:
        return []
    relevance: ColumnElement[Any] = literal(0.0)
    labels = frozenset().union(*wanted.label_groups, wanted.query_labels)
    if labels:
        relevance = relevance + func.coalesce(_best_score(labels), 0.0)
    if wanted.query:
        relevance = relevance + func.ts_rank(cast(WEIGHTS, ARRAY(REAL)), Image.document, _tsquery(wanted))
    return [cast(relevance, Double)]


def _tsquery(wanted: SearchFilter) -> ColumnElement[Any]:
    return func.websearch_to_tsquery(ENGLISH, wanted.query)


def _labels_that_count(labels: frozenset[str]) -> list[ColumnElement[bool]]:
    return [
        ImageLabel.image_id == Image.id,
        ImageLabel.label_id.in_(sorted(labels)),
        ImageLabel.status != LabelStatus.REJECTED.value,
    ]


def _best_score(labels: frozenset[str]) -> ColumnElement[Any]:
    return select(func.max(ImageLabel.score)).where(*_labels_that_count(labels)).scalar_subquery()


def _bears(labels: frozenset[str], min_score: float) -> ColumnElement[bool]:
    return select(ImageLabel.image_id).where(*_labels_that_count(labels), ImageLabel.score >= min_score).exists()


def _conditions(wanted: SearchFilter, viewer: UUID) -> list[ColumnElement[bool]]:
    conditions = [visible_to(viewer)]
    if wanted.query:
        conditions.append(Image.document.op("@@")(_tsquery(wanted)))
    conditions += [_bears(group, wanted.min_score) for group in wanted.label_groups]
    if wanted.not_labels:
        conditions.append(~_bears(wanted.not_labels, 0.0))
    if wanted.tags:
        conditions.append(Image.tags.contains(list(wanted.tags)))
    if isinstance(wanted.owner, UUID):
        conditions.append(Image.owner_id == wanted.owner)
    elif wanted.owner is not None:
        conditions.append(Owner.name == wanted.owner)
    if wanted.collection is not None:
        which = (
            Collection.id == wanted.collection if isinstance(wanted.collection, UUID) else Collection.kind == FAVORITES
        )
        inside = select(CollectionImage.image_id).where(
            CollectionImage.image_id == Image.id,
            CollectionImage.collection_id == Collection.id,
            which,
            Collection.owner_id == viewer,
        )
        conditions.append(inside.exists())
    if wanted.state is not None:
        conditions.append(Image.state == wanted.state.value)
    return conditions + _ranges(wanted)


def _ranges(wanted: SearchFilter) -> list[ColumnElement[bool]]:
    bounds: list[tuple[Any, Any, Any]] = [
        (Image.taken_at, wanted.taken_after, wanted.taken_before),
        (Image.created_at, wanted.created_after, wanted.created_before),
        (Image.width, *wanted.width),
        (Image.height, *wanted.height),
    ]
    conditions = []
    for column, least, most in bounds:
        if least is not None:
            conditions.append(column >= least)
        if most is not None:
            conditions.append(column <= most)
    return conditions
