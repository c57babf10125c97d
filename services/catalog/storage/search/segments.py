"""Blocks of word search: written by the worker, read whole, and which images they do not tell rightly any more."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, REAL, aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import LabelStatus, Visibility
from services.catalog.storage.advisory_locks import CatalogLock
from services.catalog.storage.visible import alive
from services.catalog.tables import SEARCH_CHANGES, Image, ImageLabel, SearchBlock
from services.kit.postgres.locks import try_lock_until_commit

BLOCK_BITS = 15
BLOCK_SIZE = 1 << BLOCK_BITS
"""Images (by number) of one block."""
CHUNK = 2048


@dataclass(frozen=True)
class SearchableImage:
    """What word search needs of one image: `labels` are the ones that are not rejected, with their scores."""

    n: int
    id: UUID
    owner_id: UUID
    public: bool
    created_at: datetime
    taken_at: datetime | None
    width: int
    height: int
    tags: tuple[str, ...]
    labels: tuple[tuple[str, float], ...]


class SealedRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def begin_snapshot(self) -> None:
        """Make all that this session reads from now on one moment. Must come before anything is read."""
        await self._session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

    async def begin_sealing(self) -> bool:
        """Make all reads one moment, and see to it that one process seals at a time; False when another does."""
        await self.begin_snapshot()
        return bool(await self._session.scalar(try_lock_until_commit(CatalogLock.SEALING)))

    async def state(self) -> tuple[bytes, dict[int, int]]:
        """Give the numbers of the images that no block tells, as big-endian int32 one after the other, and the
        version of each block."""
        changed = select(SEARCH_CHANGES.c.n).distinct().subquery()
        row = (
            await self._session.execute(
                select(
                    select(func.string_agg(func.int4send(changed.c.n), literal(b""))).scalar_subquery(),
                    select(func.array_agg(aggregate_order_by(SearchBlock.block, SearchBlock.block))).scalar_subquery(),
                    select(
                        func.array_agg(aggregate_order_by(SearchBlock.version, SearchBlock.block))
                    ).scalar_subquery(),
                )
            )
        ).one()
        return row[0] or b"", dict(zip(row[1] or (), row[2] or (), strict=True))

    async def changed_by_block(self) -> dict[int, int]:
        """Count the changed images of each block."""
        block = SEARCH_CHANGES.c.n.op(">>")(BLOCK_BITS)
        statement = select(block, func.count(SEARCH_CHANGES.c.n.distinct())).group_by(block)
        return {row[0]: row[1] for row in await self._session.execute(statement)}

    async def contents(self, blocks: Iterable[int]) -> AsyncIterator[tuple[int, bytes]]:
        for block in blocks:
            content = await self._session.scalar(select(SearchBlock.content).where(SearchBlock.block == block))
            if content is not None:
                yield block, content

    async def images(self, block: int) -> AsyncIterator[SearchableImage]:
        """Give the images of a block that are not deleted, by number."""
        labels = (
            select(
                func.array_agg(aggregate_order_by(ImageLabel.label_id, ImageLabel.label_id)).label("ids"),
                func.array_agg(
                    aggregate_order_by(ImageLabel.score.cast(REAL), ImageLabel.label_id), type_=ARRAY(REAL)
                ).label("scores"),
            )
            .where(ImageLabel.image_id == Image.id, ImageLabel.status != LabelStatus.REJECTED.value)
            .lateral()
        )
        for first in range(block << BLOCK_BITS, (block + 1) << BLOCK_BITS, CHUNK):
            statement = (
                select(
                    *(Image.n, Image.id, Image.owner_id, Image.visibility),
                    *(Image.created_at, Image.taken_at, Image.width, Image.height),
                    *(Image.tags, labels.c.ids, labels.c.scores),
                )
                .where(alive(), Image.n >= first, Image.n < first + CHUNK)
                .order_by(Image.n)
            )
            for row in await self._session.execute(statement):
                yield _searchable(row)

    async def write(self, block: int, content: bytes) -> None:
        """Put the block in place, and forget the changes that this transaction saw."""
        statement = insert(SearchBlock).values(block=block, version=1, content=content)
        newer = {"version": SearchBlock.version + 1, "content": content}
        await self._session.execute(statement.on_conflict_do_update(index_elements=[SearchBlock.block], set_=newer))
        first = block << BLOCK_BITS
        inside = SEARCH_CHANGES.c.n.between(first, first + BLOCK_SIZE - 1)
        await self._session.execute(delete(SEARCH_CHANGES).where(inside))


def _searchable(row: Row[*tuple[Any, ...]]) -> SearchableImage:
    n, image_id, owner_id, visibility, created_at, taken_at, width, height, tags, ids, scores = row
    return SearchableImage(
        n=n,
        id=image_id,
        owner_id=owner_id,
        public=visibility == Visibility.PUBLIC.value,
        created_at=created_at,
        taken_at=taken_at,
        width=width,
        height=height,
        tags=tuple(tags),
        labels=tuple(zip(ids or (), scores or (), strict=True)),
    )
