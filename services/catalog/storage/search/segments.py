"""Segments of word search: written by the worker, read whole, and which images they do not tell rightly any more."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Row, delete, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, REAL, aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import LabelStatus, Visibility
from services.catalog.storage.advisory_locks import CatalogLock
from services.catalog.storage.visible import alive
from services.catalog.tables import SEARCH_CHANGES, Image, ImageLabel, SearchSegment
from services.kit.postgres.locks import try_lock_until_commit

SEGMENT_BITS = 15
SEGMENT_SIZE = 1 << SEGMENT_BITS
"""Images (by number) of one segment."""
CHUNK = 2048
WORDS: ColumnElement[bytes | None] = literal_column(
    """(SELECT string_agg(substring(sha256(convert_to(lexeme, 'UTF8')) FOR 7)
            || CASE WHEN 'A' = ANY (weights) THEN '\\x01'::bytea ELSE '\\x00'::bytea END, ''::bytea)
        FROM unnest(ts_filter(images.document, '{a,c}')))""",
    LargeBinary,
)


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
    words: bytes
    """The lexemes of title, tags, description, file name, 8 bytes each: 7 of its SHA-256, and 1 for title or tags."""


class SegmentRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def begin_snapshot(self) -> None:
        """Make all that this session reads from now on one moment. Must come before anything is read."""
        await self._session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

    async def begin_compaction(self) -> bool:
        """Make all reads one moment, and see to it that one process seals at a time; False when another does."""
        await self.begin_snapshot()
        return bool(await self._session.scalar(try_lock_until_commit(CatalogLock.COMPACTION)))

    async def state(self) -> tuple[bytes, dict[int, int]]:
        """Give the numbers of the images that no segment tells, as big-endian int32 one after the other, and the
        version of each segment."""
        changed = select(SEARCH_CHANGES.c.n).distinct().subquery()
        row = (
            await self._session.execute(
                select(
                    select(func.string_agg(func.int4send(changed.c.n), literal(b""))).scalar_subquery(),
                    select(
                        func.array_agg(aggregate_order_by(SearchSegment.segment, SearchSegment.segment))
                    ).scalar_subquery(),
                    select(
                        func.array_agg(aggregate_order_by(SearchSegment.version, SearchSegment.segment))
                    ).scalar_subquery(),
                )
            )
        ).one()
        return row[0] or b"", dict(zip(row[1] or (), row[2] or (), strict=True))

    async def changed_by_segment(self) -> dict[int, int]:
        """Count the changed images of each segment."""
        segment = SEARCH_CHANGES.c.n.op(">>")(SEGMENT_BITS)
        statement = select(segment, func.count(SEARCH_CHANGES.c.n.distinct())).group_by(segment)
        return {row[0]: row[1] for row in await self._session.execute(statement)}

    async def contents(self, segments: Iterable[int]) -> AsyncIterator[tuple[int, bytes]]:
        for segment in segments:
            content = await self._session.scalar(select(SearchSegment.content).where(SearchSegment.segment == segment))
            if content is not None:
                yield segment, content

    async def images(self, segment: int) -> AsyncIterator[SearchableImage]:
        """Give the images of a segment that are not deleted, by number."""
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
        for first in range(segment << SEGMENT_BITS, (segment + 1) << SEGMENT_BITS, CHUNK):
            statement = (
                select(
                    *(Image.n, Image.id, Image.owner_id, Image.visibility),
                    *(Image.created_at, Image.taken_at, Image.width, Image.height),
                    *(Image.tags, labels.c.ids, labels.c.scores, WORDS),
                )
                .where(alive(), Image.n >= first, Image.n < first + CHUNK)
                .order_by(Image.n)
            )
            for row in await self._session.execute(statement):
                yield _searchable(row)

    async def write(self, segment: int, content: bytes) -> None:
        """Put the segment in place, and forget the changes that this transaction saw."""
        statement = insert(SearchSegment).values(segment=segment, version=1, content=content)
        newer = {"version": SearchSegment.version + 1, "content": content}
        await self._session.execute(statement.on_conflict_do_update(index_elements=[SearchSegment.segment], set_=newer))
        first = segment << SEGMENT_BITS
        inside = SEARCH_CHANGES.c.n.between(first, first + SEGMENT_SIZE - 1)
        await self._session.execute(delete(SEARCH_CHANGES).where(inside))


def _searchable(row: Row[*tuple[Any, ...]]) -> SearchableImage:
    n, image_id, owner_id, visibility, created_at, taken_at, width, height, tags, ids, scores, words = row
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
        words=words or b"",
    )
