"""Moving a space from one index to another, and seeing that it is there."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.similarity.index import MAX_LIMIT, Point, Space, VectorIndex

ROUNDING, TINY = 2**-10, 2**-24
"""One step of half precision, relative, and its smallest number."""


@dataclass(frozen=True)
class Progress:
    """`done` of `total` points of the source were looked at; more than `total` when some have come meanwhile."""

    space: str
    done: int
    total: int


@dataclass(frozen=True)
class Moved:
    """What was done, and how many points either side has afterwards."""

    space: str
    copied: int
    unchanged: int
    removed: int
    source: int
    target: int

    @property
    def complete(self) -> bool:
        return self.source == self.target


class TooMuchToRemove(Exception):
    """The source has less than half of what the target has: it is probably the other way round."""

    def __init__(self, space: str, *, source: int, target: int) -> None:
        super().__init__(
            f"{space} has {source} points where it comes from and {target} where it goes, of which most would be "
            "removed: is the direction right? If it is, say --force."
        )


class SpaceMover:
    """Makes a space of `target` equal to that of `source`, by walking through both in the order of image ids.

    Nothing is remembered: what is there is compared, so it may be stopped anywhere and run again, and copies only what
    differs. What others write to the source meanwhile may be missed: the last run is one during which nobody writes.
    """

    def __init__(self, source: VectorIndex, target: VectorIndex, *, page: int = MAX_LIMIT) -> None:
        self._source = source
        self._target = target
        self._page = page

    async def move(self, space: Space, tell: Callable[[Progress], None], *, force: bool = False) -> Moved:
        """Raises TooMuchToRemove unless `force`, and what the indexes raise."""
        await self._target.ensure_space(space.id, dimension=space.dimension, trained=space.trained)
        total, there = await self._source.count(space.id), await self._target.count(space.id)
        if 2 * total < there and not force:
            raise TooMuchToRemove(space.id, source=total, target=there)
        copied = unchanged = removed = 0
        after: UUID | None = None
        more = True
        while more:
            page = await self._source.points(space.id, after=after, limit=self._page)
            more = len(page) == self._page
            until = page[-1].image_id if more else None
            differing = {point.image_id: point for point in page}
            async for others in self._pages(space.id, after, until):
                stale = [other.image_id for other in others if other.image_id not in differing]
                await self._target.remove(space.id, stale)
                removed += len(stale)
                for other in others:
                    if other.image_id in differing and _same(differing[other.image_id], other):
                        del differing[other.image_id]
            await self._target.upsert(space.id, list(differing.values()))
            copied, unchanged = copied + len(differing), unchanged + len(page) - len(differing)
            if page:
                tell(Progress(space.id, copied + unchanged, total))
            after = until
        source, target = await self._source.count(space.id), await self._target.count(space.id)
        return Moved(space.id, copied=copied, unchanged=unchanged, removed=removed, source=source, target=target)

    async def _pages(self, space: str, after: UUID | None, until: UUID | None) -> AsyncIterator[list[Point]]:
        """What the target has after one id up to and with another, or to its end."""
        more = True
        while more:
            page = await self._target.points(space, after=after, limit=self._page)
            inside = [point for point in page if until is None or point.image_id <= until]
            yield inside
            more = len(inside) == self._page and inside[-1].image_id != until
            after = inside[-1].image_id if inside else after


def _same(point: Point, other: Point) -> bool:
    """Whether nothing is to be copied. An index that stores a direction again may round it by one step."""
    return (
        (point.owner_id, point.public, point.label_ids) == (other.owner_id, other.public, other.label_ids)
        and point.vector.shape == other.vector.shape
        and np.allclose(point.vector, other.vector, rtol=ROUNDING, atol=TINY)
    )
