"""Word search: one statement from a filter, walked by key so that a page never shifts under inserts and deletes."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    ColumnElement,
    Double,
    LargeBinary,
    String,
    Text,
    Uuid,
    and_,
    any_,
    case,
    cast,
    extract,
    func,
    literal,
    not_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import Facet, LabelGroup, LabelStatus, PageStart, Place, SearchFilter, Sort, shuffled
from services.catalog.storage.collections import FAVORITES
from services.catalog.storage.search.text_search import bears_tags, tsquery, words_within
from services.catalog.storage.visible import visible_to
from services.catalog.tables import SEARCH_CHANGES, Collection, CollectionImage, Image, ImageLabel, Owner
from services.text.query import Query

WEIGHTS = {"A": 1.0, "ABD": 0.5, "": 0.25}
"""How much words say that stand in title or tags (A), in these or labels (B, D), or anywhere. Segments say the same."""
DESCENDING = frozenset({Sort.RELEVANCE, Sort.NEWEST, Sort.TAKEN_NEWEST})
TAKEN = frozenset({Sort.TAKEN_NEWEST, Sort.TAKEN_OLDEST})
EARTH_KM = 6_371.0


class SearchRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self,
        wanted: SearchFilter,
        *,
        viewer: UUID,
        sort: Sort,
        seed: int,
        after: Place | None,
        limit: int,
        changed_only: bool = False,
    ) -> list[Place]:
        """Give the places of up to `limit` images after a place; `changed_only`: of those that no segment tells."""
        key = _sort_key(wanted, sort, seed)
        descending = sort in DESCENDING
        columns = [*([key] if key is not None else []), cast(Image.id, Uuid)]
        order = [column.desc() if descending else column.asc() for column in columns]
        shown = literal(0.0) if key is None else key
        if key is not None and sort in TAKEN:  # a time is ordered as it is indexed, and told in seconds
            shown = cast(extract("epoch", key), Double)
        statement = select(shown, Image.id).where(*_conditions(wanted, viewer))
        if changed_only:
            statement = statement.where(_changed())
        if after is not None:
            position: list[ColumnElement[Any]] = [literal(after.image_id)]
            if key is not None:
                before = cast(literal(after.key), Double)
                position.insert(0, func.to_timestamp(before) if sort in TAKEN else before)
            here, there = tuple_(*columns), tuple_(*position)
            statement = statement.where(here < there if descending else here > there)
        rows = await self._session.execute(statement.order_by(*order).limit(limit))
        return [Place(row[0], row[1]) for row in rows]

    async def outline(self, wanted: SearchFilter, *, viewer: UUID, sort: Sort, step: int, most: int) -> list[PageStart]:
        """Give where the second page of `step` images begins, and each one after it, in an order by time."""
        taken = _taken()
        columns: list[ColumnElement[Any]] = [taken, cast(Image.id, Uuid)] if sort in TAKEN else [cast(Image.id, Uuid)]
        order = [column.desc() if sort in DESCENDING else column.asc() for column in columns]
        number = func.row_number().over(order_by=order).label("number")
        following = func.lead(Image.id).over(order_by=order).label("following")
        at = (taken if sort in TAKEN else Image.created_at).label("at")
        found = select(Image.id, at, number, following).where(*_conditions(wanted, viewer)).subquery()
        rows = await self._session.execute(
            select(found.c.id, found.c.at)
            .where(found.c.number % step == 0, found.c.following.is_not(None))
            .order_by(found.c.number)
            .limit(most)
        )
        return [PageStart(row[0], row[1]) for row in rows]

    async def ids(
        self,
        wanted: SearchFilter,
        viewer: UUID,
        *,
        limit: int,
        after: UUID | None = None,
        among: Sequence[UUID] | None = None,
    ) -> list[UUID]:
        """Give the ids of up to `limit` images found, in order: those after an id, or among some."""
        statement = select(Image.id).where(*_conditions(wanted, viewer)).order_by(Image.id).limit(limit)
        if after is not None:
            statement = statement.where(Image.id > after)
        if among is not None:
            statement = statement.where(Image.id == any_(literal(list(among), ARRAY(Uuid))))
        return list(await self._session.scalars(statement))

    async def matches(self, wanted: SearchFilter, viewer: UUID) -> bytes:
        """Give the numbers of all images found, as big-endian int32 one after the other."""
        numbers = func.string_agg(func.int4send(Image.n), literal(b"", LargeBinary))
        return await self._session.scalar(select(numbers).where(*_conditions(wanted, viewer))) or b""

    async def count(self, wanted: SearchFilter, viewer: UUID, *, most: int) -> int:
        """Count the images found, up to so many."""
        found = select(Image.id).where(*_conditions(wanted, viewer)).limit(most).subquery()
        return await self._session.scalar(select(func.count()).select_from(found)) or 0

    async def count_changed(self, wanted: SearchFilter, viewer: UUID) -> int:
        """Count the images found that no segment tells."""
        statement = select(func.count()).select_from(Image).where(*_conditions(wanted, viewer), _changed())
        return await self._session.scalar(statement) or 0

    async def term_counts(self, wanted: SearchFilter, viewer: UUID) -> list[tuple[str, str, int]]:
        """Count (kind, term, images) over the images found that no segment tells: `label`, `tag` and `owner`."""
        found = (
            select(Image.n, Image.label_ids, Image.tags, cast(Image.owner_id, Text).label("owner_id"))
            .where(*_conditions(wanted, viewer), _changed())
            .cte("found")
        )
        tags = select(found.c.n, func.unnest(found.c.tags).label("tag")).distinct().subquery()
        terms = union_all(
            select(literal("label").label("kind"), func.unnest(found.c.label_ids).label("term")),
            select(literal("tag"), tags.c.tag),
            select(literal("owner"), found.c.owner_id),
        ).subquery()
        statement = select(terms.c.kind, terms.c.term, func.count()).group_by(terms.c.kind, terms.c.term)
        return [(row[0], row[1], row[2]) for row in await self._session.execute(statement)]

    async def camera_counts(self, wanted: SearchFilter, viewer: UUID, *, most: int, newest: int) -> list[Facet]:
        """Count the cameras of the newest so many images found: up to `most`, the most used first."""
        found = (
            select(Image.exif).where(*_conditions(wanted, viewer)).order_by(Image.id.desc()).limit(newest).subquery()
        )
        name = _camera_name(found.c.exif).label("name")
        statement = select(name, func.count()).where(name != "").group_by(name)
        rows = await self._session.execute(statement.order_by(func.count().desc(), name).limit(most))
        return [Facet(row[0], row[0], row[1]) for row in rows]

    async def owner_names(self, ids: Iterable[UUID]) -> dict[UUID, str]:
        statement = select(Owner.id, Owner.name).where(Owner.id.in_(list(ids)))
        return {row[0]: row[1] for row in await self._session.execute(statement)}


def _changed() -> ColumnElement[bool]:
    return Image.n.in_(select(SEARCH_CHANGES.c.n))


def _taken() -> ColumnElement[Any]:
    return func.coalesce(Image.taken_at, Image.created_at)


def _sort_key(wanted: SearchFilter, sort: Sort, seed: int) -> ColumnElement[Any] | None:
    """Give the float column that comes before the id in the order: ids alone order by time."""
    if sort is Sort.RANDOM:
        return cast(shuffled(cast(Image.n, BigInteger), seed), Double)
    if sort in TAKEN:
        return _taken()
    if sort is not Sort.RELEVANCE:
        return None
    relevance: ColumnElement[Any] = literal(0.0)
    labels = frozenset[str]().union(*(group.kinds for group in wanted.scoring))
    if labels:
        relevance = relevance + func.coalesce(_best_score(labels), 0.0)
    if wanted.query:
        relevance = relevance + _rank(wanted.query)
    return cast(relevance, Double)


def _rank(query: Query) -> ColumnElement[Any]:
    """Give how well words fit, as segments do: the mean over the clauses of how much the best place says."""
    clauses = list(dict.fromkeys(query.clauses))
    total: ColumnElement[Any] = literal(0.0)
    for clause in clauses:
        if not clause.has_prefix:
            best = [(Image.document.op("@@")(words_within(clause, places)), says) for places, says in WEIGHTS.items()]
            total = total + case(*best, else_=0.0)
    return total / max(len(clauses), 1)


def _labels_that_count(labels: frozenset[str]) -> list[ColumnElement[bool]]:
    return [
        ImageLabel.image_id == Image.id,
        ImageLabel.label_id == any_(cast(sorted(labels), ARRAY(String))),
        ImageLabel.status != LabelStatus.REJECTED.value,
    ]


def _best_score(labels: frozenset[str]) -> ColumnElement[Any]:
    return select(func.max(cast(ImageLabel.score, REAL))).where(*_labels_that_count(labels)).scalar_subquery()


def _bears(group: LabelGroup, min_score: float) -> ColumnElement[bool]:
    """Scores are compared as the segments of word search keep them: in single precision."""
    overlaps = _overlaps(group.asked)
    if not min_score:
        return overlaps
    enough = cast(ImageLabel.score, REAL) >= cast(literal(min_score), REAL)
    return and_(overlaps, select(ImageLabel.image_id).where(*_labels_that_count(group.kinds), enough).exists())


def _overlaps(label_ids: frozenset[str]) -> ColumnElement[bool]:
    wanted = cast(sorted(label_ids), ARRAY(Text))
    return Image.label_ids.contains(wanted) if len(label_ids) == 1 else Image.label_ids.overlap(wanted)


def _conditions(wanted: SearchFilter, viewer: UUID) -> list[ColumnElement[bool]]:
    conditions = [visible_to(viewer)]
    if wanted.query:
        conditions.append(Image.document.op("@@")(tsquery(wanted.query)))
    conditions += [_bears(group, wanted.min_score) for group in wanted.label_groups]
    if wanted.not_labels:
        conditions.append(not_(_overlaps(wanted.not_labels)))
    if wanted.tags:
        conditions.append(Image.document.op("@@")(bears_tags(wanted.tags)))
    if isinstance(wanted.owner, UUID):
        conditions.append(Image.owner_id == wanted.owner)
    elif wanted.owner is not None:
        conditions.append(Image.owner_id.in_(select(Owner.id).where(Owner.name == wanted.owner)))
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
    return conditions + _camera(wanted, viewer) + _ranges(wanted)


def _camera(wanted: SearchFilter, viewer: UUID) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.camera is not None:
        conditions.append(_camera_name(Image.exif).icontains(wanted.camera, autoescape=True))
    if wanted.lens is not None:
        conditions.append(Image.exif["lens"].astext.icontains(wanted.lens, autoescape=True))
    if wanted.iso is not None:
        conditions.append(cast(Image.exif["iso"].astext, BigInteger) == wanted.iso)
    if wanted.near is not None:
        # Others must not learn where an image was taken by asking whether it is near.
        conditions += [Image.owner_id == viewer, _distance_km(*wanted.near[:2]) <= wanted.near[2]]
    return conditions


def _camera_name(exif: Any) -> ColumnElement[str]:  # noqa: ANN401 - a JSONB column, of a table or of a subquery
    return func.concat_ws(" ", exif["make"].astext, exif["model"].astext)


def _distance_km(latitude: float, longitude: float) -> ColumnElement[float]:
    """Along the great circle, by the haversine formula."""
    there, across = (cast(Image.exif[name].astext, Double) for name in ("latitude", "longitude"))
    half_north = func.pow(func.sin(func.radians(there - latitude) / 2), 2)
    half_east = func.pow(func.sin(func.radians(across - longitude) / 2), 2)
    inside = half_north + func.cos(func.radians(literal(latitude))) * func.cos(func.radians(there)) * half_east
    return 2 * EARTH_KM * func.asin(func.sqrt(func.least(inside, 1.0)))


def _ranges(wanted: SearchFilter) -> list[ColumnElement[bool]]:
    bounds: list[tuple[Any, Any, Any]] = [
        (Image.taken_at, wanted.taken_after, wanted.taken_before),
        (Image.created_at, wanted.created_after, wanted.created_before),
        (Image.updated_at, wanted.updated_after, None),
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
