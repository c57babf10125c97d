"""The reference: brute force over vectors in memory. What it answers is right by definition."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.similarity.index.errors import UnknownSpace, WrongDimension
from services.similarity.index.port import (
    MAX_DIMENSION,
    MAX_LIMIT,
    Filter,
    Found,
    Mode,
    Neighbour,
    PayloadChange,
    Point,
    Space,
    Vector,
)
from services.similarity.index.stored import query_by_vector
from services.similarity.index.vectors import unit_half


@dataclass
class _Contents:
    dimension: int
    trained: bool | None
    created_at: datetime
    points: dict[UUID, Point] = field(default_factory=dict)


class ExactIndex:
    """A VectorIndex of this process alone: gone with it. For tests, benchmarks, and trials without a database."""

    def __init__(self) -> None:
        self._spaces: dict[str, _Contents] = {}

    async def ensure_space(self, space: str, *, dimension: int, trained: bool | None = None) -> None:
        if not 1 <= dimension <= MAX_DIMENSION:
            raise ValueError(f"a space has 1 to {MAX_DIMENSION} dimensions, not {dimension}")
        known = self._spaces.setdefault(space, _Contents(dimension, trained, datetime.now(UTC)))
        if known.dimension != dimension:
            raise WrongDimension(space, wanted=known.dimension, given=dimension)
        if known.trained is None:
            known.trained = trained

    async def drop_space(self, space: str) -> None:
        self._spaces.pop(space, None)

    async def spaces(self) -> list[Space]:
        return [
            Space(
                id=name,
                dimension=known.dimension,
                trained=known.trained,
                populated=bool(known.points),
                modes=frozenset({Mode.EXACT}),
                centred_on=0,
                created_at=known.created_at,
            )
            for name, known in reversed(self._spaces.items())
        ]

    async def upsert(self, space: str, points: Sequence[Point]) -> None:
        known = self._contents(space)
        kept = [replace(point, vector=_fitting(space, point.vector, known.dimension)) for point in points]
        known.points |= {point.image_id: point for point in kept}

    async def set_payload(self, image_id: UUID, change: PayloadChange) -> None:
        changes = {name: value for name, value in vars(change).items() if value is not None}
        for known in self._spaces.values():
            if image_id in known.points:
                known.points[image_id] = replace(known.points[image_id], **changes)

    async def delete(self, image_id: UUID) -> None:
        for known in self._spaces.values():
            known.points.pop(image_id, None)

    async def remove(self, space: str, image_ids: Sequence[UUID]) -> None:
        known = self._contents(space)
        for image_id in image_ids:
            known.points.pop(image_id, None)

    async def get_vector(self, space: str, image_id: UUID) -> Vector | None:
        point = self._contents(space).points.get(image_id)
        return None if point is None else point.vector.copy()

    async def points(self, space: str, *, after: UUID | None = None, limit: int) -> list[Point]:
        if not 1 <= limit <= MAX_LIMIT:
            raise ValueError(f"limit is 1 to {MAX_LIMIT}, not {limit}")
        points = self._contents(space).points
        following = sorted(image_id for image_id in points if after is None or image_id > after)[:limit]
        return [
            replace(point, vector=point.vector.copy(), label_ids=tuple(sorted(set(point.label_ids))))
            for point in map(points.__getitem__, following)
        ]

    async def count(self, space: str, wanted: Filter | None = None) -> int:
        points = self._contents(space).points.values()
        return sum(wanted is None or _fits(point, wanted) for point in points)

    async def query(
        self, space: str, vector: Vector, wanted: Filter, *, limit: int, min_score: float = 0.0, mode: Mode = Mode.AUTO
    ) -> Found:
        del mode  # there is one way only
        if not 1 <= limit <= MAX_LIMIT:
            raise ValueError(f"limit is 1 to {MAX_LIMIT}, not {limit}")
        known = self._contents(space)
        asked = _fitting(space, vector, known.dimension)
        points = [point for point in known.points.values() if _fits(point, wanted)]
        scores = _cosines([point.vector for point in points], asked)
        found = [
            Neighbour(point.image_id, score)
            for point, score in zip(points, scores.tolist(), strict=True)
            if score >= min_score
        ]
        found.sort(key=lambda neighbour: (-neighbour.score, neighbour.image_id))
        return Found(tuple(found[:limit]), Mode.EXACT)

    async def query_stored(
        self,
        space: str,
        image_id: UUID,
        wanted: Filter,
        *,
        limit: int,
        min_score: float = 0.0,
        mode: Mode = Mode.AUTO,
    ) -> Found | None:
        return await query_by_vector(self, space, image_id, wanted, limit=limit, min_score=min_score, mode=mode)

    async def build(self, space: str, *, recentre: bool = False) -> bool:
        del recentre
        self._contents(space)
        return False

    def _contents(self, space: str) -> _Contents:
        try:
            return self._spaces[space]
        except KeyError:
            raise UnknownSpace(space) from None


def _fitting(space: str, vector: Vector, dimension: int) -> Vector:
    """What is kept of the vector; raises WrongDimension, InvalidVector."""
    half = unit_half(vector)
    if len(half) != dimension:
        raise WrongDimension(space, wanted=dimension, given=len(half))
    return half.astype(np.float32)


def _fits(point: Point, wanted: Filter) -> bool:
    return (
        (point.public or point.owner_id == wanted.viewer)
        and (wanted.owner is None or point.owner_id == wanted.owner)
        and all(group.intersection(point.label_ids) for group in wanted.label_groups)
        and not wanted.not_labels.intersection(point.label_ids)
        and (wanted.only is None or point.image_id in wanted.only)
        and point.image_id not in wanted.exclude
    )


def _cosines(vectors: list[Vector], asked: Vector) -> NDArray[np.float64]:
    """Clipped to 0..1, (N,) float64. One dot product a row: a matrix product may round equal rows differently."""
    if not vectors:
        return np.empty(0)
    rows, query = np.stack(vectors).astype(np.float64), asked.astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(query)
    cosines: NDArray[np.float64] = np.einsum("ij,j->i", rows, query) / lengths
    return cosines.clip(0.0, 1.0)
