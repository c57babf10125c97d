"""Points as other services write and read them."""

from collections.abc import Sequence
from uuid import UUID

from services.similarity.index import (
    MAX_DIMENSION,
    Filter,
    Found,
    Mode,
    PayloadChange,
    Point,
    Space,
    UnknownSpace,
    Vector,
    VectorIndex,
)
from services.similarity.services.errors import NoSuchPoint, NothingEmbedded, WrongQueryDimension
from services.similarity.services.spaces.service import SpaceChooser


class PointService:
    """Every method may be repeated."""

    def __init__(self, index: VectorIndex, spaces: SpaceChooser) -> None:
        self._index = index
        self._spaces = spaces

    async def put(self, space: str, points: Sequence[Point], *, trained: bool | None, make_space: bool = True) -> None:
        """Store or replace points, all or none; a space that is new is made, or refused. Raises the index's errors."""
        try:
            await self._index.upsert(space, points)
        except UnknownSpace:
            if not make_space:
                raise
            await self._make_space(space, dimension=len(points[0].vector), trained=trained)
            await self._index.upsert(space, points)

    async def change(self, image_id: UUID, change: PayloadChange) -> None:
        await self._index.set_payload(image_id, change)

    async def delete(self, image_id: UUID) -> None:
        await self._index.delete(image_id)

    async def query(
        self,
        like: Vector | UUID,
        wanted: Filter,
        *,
        space: str | None,
        limit: int,
        min_score: float,
        mode: Mode,
    ) -> tuple[str, Found]:
        """Search a space, the active one by default; give its name too. An image is never its own hit.

        Raises NothingEmbedded, NoSuchPoint and the index's errors.
        """
        if space is not None:
            return space, await self._asked(space, like, wanted, limit=limit, min_score=min_score, mode=mode)
        try:
            space = await self._active()
            return space, await self._asked(space, like, wanted, limit=limit, min_score=min_score, mode=mode)
        except UnknownSpace:  # dropped a moment ago
            self._spaces.forget()
        space = await self._active()
        return space, await self._asked(space, like, wanted, limit=limit, min_score=min_score, mode=mode)

    async def _active(self) -> str:
        active = await self._spaces.active()
        if active is None:
            raise NothingEmbedded
        return active.id

    async def _asked(
        self, space: str, like: Vector | UUID, wanted: Filter, *, limit: int, min_score: float, mode: Mode
    ) -> Found:
        if not isinstance(like, UUID):
            return await self._index.query(space, like, wanted, limit=limit, min_score=min_score, mode=mode)
        found = await self._index.query_stored(space, like, wanted, limit=limit, min_score=min_score, mode=mode)
        if found is None:
            raise NoSuchPoint("There is no vector of this image in the space, or it is not the viewer's to see.")
        return found

    async def spaces(self) -> list[tuple[Space, int, bool]]:
        """Every space, how many points it has, and whether it is the one that answers."""
        active = await self._spaces.active()
        return [
            (space, await self._index.count(space.id), active is not None and space.id == active.id)
            for space in await self._index.spaces()
        ]

    async def _make_space(self, space: str, *, dimension: int, trained: bool | None) -> None:
        if not 1 <= dimension <= MAX_DIMENSION:
            raise WrongQueryDimension(f"A vector has 1 to {MAX_DIMENSION} components, not {dimension}.")
        if trained is None:
            trained = await self._spaces.trained(space)
        await self._index.ensure_space(space, dimension=dimension, trained=trained)
