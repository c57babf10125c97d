"""Groups of copies, found from their newest image: what a page costs depends on the page, not on the library.

Images with the same `likeness` (storage/duplicates/perceptual_hashes.py) are one node, and `hash_pairs` joins nodes. A
group is a connected component of what the viewer may see: hidden images are neither counted nor gone through.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    TableValuedAlias,
    Uuid,
    and_,
    cast,
    column,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.orm.util import AliasedClass

from services.catalog.domain import DuplicateFilter, DuplicateKind, Visibility
from services.catalog.storage.duplicates.perceptual_hashes import likeness
from services.catalog.tables import DuplicateCandidate, HashPair, Image

Images = type[Image] | AliasedClass[Image]
Node = tuple[UUID, int]
"""A group, by the image it was begun from, and a likeness in it."""


@dataclass(frozen=True)
class NodeFacts:
    """What the viewer sees of a node. `same_size` holds when all its images have the same size in pixels."""

    images: int
    has_newer: bool
    same_size: bool


class DuplicateRepository:
    def __init__(self, session: AsyncSession, viewer: UUID, wanted: DuplicateFilter) -> None:
        self._session = session
        self._viewer = viewer
        self._wanted = wanted

    async def begin(self) -> None:
        """Have all that follows in this transaction see the same moment; it must be the first statement.

        And have it use indexes: where thousands of images are alike, the planner hopes to meet one early in the table.
        """
        await self._session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        await self._session.execute(text("SET LOCAL enable_seqscan = off"))

    async def seeds(self, *, after: UUID | None, limit: int) -> list[Node]:
        """Give images that have a copy but none newer beside them, newest first: every group's newest is among them."""
        statement = (
            select(Image.id, likeness(Image))
            .join(DuplicateCandidate, DuplicateCandidate.image_id == Image.id)
            .where(self._seen(Image), *self._is_seed())
        )
        if after is not None:
            statement = statement.where(DuplicateCandidate.image_id < after)
        rows = await self._session.execute(statement.order_by(DuplicateCandidate.image_id.desc()).limit(limit))
        return [(row[0], row[1]) for row in rows]

    async def facts(self, nodes: Collection[Node]) -> dict[Node, NodeFacts]:
        """Look at the nodes; those without an image that the viewer may see are left out."""
        asked, member = _asked(nodes), aliased(Image)
        same_size = and_(
            func.min(member.width) == func.max(member.width), func.min(member.height) == func.max(member.height)
        )
        said = self._members(
            asked, member, func.count().label("count"), func.bool_or(member.id > asked.c.seed), same_size
        ).lateral()
        statement = select(asked.c.seed, asked.c.node, said).where(said.c.count > 0)
        return {(row[0], row[1]): NodeFacts(row[2], row[3], row[4]) for row in await self._session.execute(statement)}

    async def neighbours(self, nodes: Collection[Node]) -> set[Node]:
        """Give the nodes that are near to these, hidden ones among them."""
        asked = _asked(nodes)
        statement = (
            select(asked.c.seed, HashPair.other)
            .join(HashPair, HashPair.hash == asked.c.node)
            .where(HashPair.distance <= self._wanted.max_distance)
            .distinct()
        )
        return {(row[0], row[1]) for row in await self._session.execute(statement)}

    async def images(self, nodes: Collection[Node], *, most: int) -> dict[UUID, list[UUID]]:
        """Give up to `most` images of each group: the largest pictures first, then the oldest."""
        asked, member = _asked(nodes), aliased(Image)
        pixels = (cast(member.width, BigInteger) * member.height).label("pixels")
        first = self._members(asked, member, member.id, pixels).order_by(pixels.desc(), member.id).limit(most).lateral()
        place = func.row_number().over(partition_by=asked.c.seed, order_by=(first.c.pixels.desc(), first.c.id))
        ranked = select(asked.c.seed, first.c.id, place.label("place")).subquery()
        statement = select(ranked.c.seed, ranked.c.id).where(ranked.c.place <= most)
        found: dict[UUID, list[UUID]] = {}
        for seed, image_id in await self._session.execute(statement.order_by(ranked.c.seed, ranked.c.place)):
            found.setdefault(seed, []).append(image_id)
        return found

    def _seen(self, image: Images) -> ColumnElement[bool]:
        """`visible_to` for any alias of the table, and the owner asked for."""
        may = or_(image.owner_id == self._viewer, image.visibility == Visibility.PUBLIC.value)
        seen = and_(image.deleted_at.is_(None), may)
        return seen if self._wanted.owner is None else and_(seen, image.owner_id == self._wanted.owner)

    def _is_seed(self) -> list[ColumnElement[bool]]:
        twin, near, pair = aliased(Image), aliased(Image), aliased(HashPair)
        same = and_(likeness(twin) == likeness(Image), twin.id != Image.id, self._seen(twin))
        same_size = and_(twin.width == Image.width, twin.height == Image.height)
        if self._wanted.kind is DuplicateKind.EXACT:
            twins = select(twin.id).where(same, same_size)
            return [_probe(twins), ~_probe(twins.where(twin.id > Image.id))]
        twins = select(twin.id).where(same)
        nears = (
            select(near.id)
            .join(pair, likeness(near) == pair.other)
            .where(pair.hash == likeness(Image), pair.distance <= self._wanted.max_distance, self._seen(near))
        )
        other_twins = twins.where(~same_size) if self._wanted.kind is DuplicateKind.NEAR else twins
        return [
            or_(_probe(other_twins), _probe(nears)),
            ~_probe(twins.where(twin.id > Image.id)),
            ~_probe(nears.where(near.id > Image.id)),
        ]

    def _members(
        self, asked: TableValuedAlias, member: Images, *columns: ColumnElement[Any] | InstrumentedAttribute[UUID]
    ) -> Select[*tuple[Any, ...]]:
        """Select from the images of one asked node, for a LATERAL; with `exact`, those of the seed's size alone."""
        seed = aliased(Image)
        statement = select(*columns).select_from(member).where(likeness(member) == asked.c.node, self._seen(member))
        if self._wanted.kind is not DuplicateKind.EXACT:
            return statement
        same_size = and_(member.width == seed.width, member.height == seed.height)
        return statement.join(seed, same_size).where(seed.id == asked.c.seed)


def _probe(statement: Select[*tuple[Any, ...]]) -> ColumnElement[bool]:
    """EXISTS, looked up for each image that comes by: without OFFSET the planner joins the whole library for a page."""
    return statement.offset(0).exists()


def _asked(nodes: Collection[Node]) -> TableValuedAlias:
    """The nodes as a table of (seed, node)."""
    pairs = sorted(nodes)
    seeds = cast([seed for seed, _ in pairs], ARRAY(Uuid))
    keys = cast([key for _, key in pairs], ARRAY(BigInteger))
    return func.unnest(seeds, keys).table_valued(column("seed", Uuid), column("node", BigInteger)).render_derived()
