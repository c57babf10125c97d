"""The port of vector indexes, and what goes in and out of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""(D,) float32, any length but zero: only its direction counts."""

MAX_DIMENSION = 4000
"""What an HNSW index over half-precision vectors takes in pgvector."""
MAX_LIMIT = 500
FEW = 50


class Mode(StrEnum):
    """How to search. AUTO is the fastest that the space has an index for."""

    AUTO = "auto"
    EXACT = "exact"
    HNSW = "hnsw"
    TWO_STAGE = "two_stage"


@dataclass(frozen=True)
class Point:
    """An image's vector, with what filters need. `label_ids` is a set: order and repetition do not count."""

    image_id: UUID
    vector: Vector
    owner_id: UUID
    public: bool
    label_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class PayloadChange:
    """What to change beside the vector; None stays as it is."""

    owner_id: UUID | None = None
    public: bool | None = None
    label_ids: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Filter:
    """Which points count. A point is visible when it is public or its owner is the viewer; the rest narrows that.

    Each of `label_groups` must share a label with the point: one group with several ids means any of them, several
    groups mean all of them. A group or `only` without elements fits nothing. A point
    with one of `not_labels` does not fit.
    """

    viewer: UUID
    owner: UUID | None = None
    label_groups: tuple[frozenset[str], ...] = ()
    not_labels: frozenset[str] = field(default_factory=frozenset)
    only: frozenset[UUID] | None = None
    exclude: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def fits_nothing(self) -> bool:
        return self.only == frozenset() or frozenset() in self.label_groups

    @property
    def narrows(self) -> bool:
        """Whether it says more than who looks and a few points to leave out."""
        narrowing = self.owner is not None or self.label_groups or self.not_labels or self.only is not None
        return bool(narrowing) or len(self.exclude) > FEW


@dataclass(frozen=True)
class Neighbour:
    """`score` is the cosine between the query and the stored vector, clipped to 0..1."""

    image_id: UUID
    score: float


@dataclass(frozen=True)
class Found:
    """Best first. `mode` is how the answer was found, which need not be how it was asked for."""

    neighbours: tuple[Neighbour, ...]
    mode: Mode


@dataclass(frozen=True)
class Space:
    """`trained` is None when nobody has said. `modes` are the ones that have an index now, `exact` always.

    `centred_on` is how many vectors there were when the mean was taken that `two_stage` is centred on; 0 without one.
    """

    id: str
    dimension: int
    trained: bool | None
    populated: bool
    modes: frozenset[Mode]
    centred_on: int
    created_at: datetime


class VectorIndex(Protocol):
    """Vectors by space and image: at most one for each pair. Spaces never mix.

    Vectors are kept as directions in half precision (see `vectors.unit_half`); scores are computed from what is kept,
    in at least 32 bits: within 5e-5 of the cosine of the vectors that were given, at 2,048 components.

    Every method may be repeated and called by several processes at once. All raise IndexUnavailable and IndexTimeout;
    those that name a space raise UnknownSpace, those that take a vector InvalidVector and WrongDimension.
    """

    async def ensure_space(self, space: str, *, dimension: int, trained: bool | None = None) -> None:
        """Make the space unless it is there. `trained` fills in what was not known; it never changes.

        Raises WrongDimension when the space is there with another one, ValueError beyond 1..MAX_DIMENSION.
        """

    async def drop_space(self, space: str) -> None:
        """Remove the space and all that is in it; a space that is not there is fine. Raises SpaceBusy."""

    async def spaces(self) -> list[Space]:
        """All spaces, newest first."""

    async def upsert(self, space: str, points: Sequence[Point]) -> None:
        """Store or replace points: all or none. Of several for one image the last counts."""

    async def set_payload(self, image_id: UUID, change: PayloadChange) -> None:
        """Change the image's payload in every space; an image that is nowhere is fine."""

    async def delete(self, image_id: UUID) -> None:
        """Remove the image from every space; an image that is nowhere is fine."""

    async def remove(self, space: str, image_ids: Sequence[UUID]) -> None:
        """Remove points from this space alone, up to MAX_LIMIT of them; those that are not there are fine."""

    async def get_vector(self, space: str, image_id: UUID) -> Vector | None:
        """The stored direction, (D,) float32 of length 1, or None."""

    async def points(self, space: str, *, after: UUID | None = None, limit: int) -> list[Point]:
        """The `limit` (1..MAX_LIMIT) points that follow `after` by image id, from the first on without it.

        Their vectors are the stored directions, as `get_vector` gives them; their labels are sorted. A page of fewer
        than `limit` is the last. Each page is of its own instant: what is written between two may be in neither.
        """

    async def count(self, space: str, wanted: Filter | None = None) -> int:
        """How many points fit; all of the space without a filter."""

    async def query(
        self, space: str, vector: Vector, wanted: Filter, *, limit: int, min_score: float = 0.0, mode: Mode = Mode.AUTO
    ) -> Found:
        """The `limit` (1..MAX_LIMIT) nearest points that fit and score at least `min_score`.

        Best first; points of one score by image id. Whenever that many points fit there are `limit` of them, whatever
        the mode. A mode without an index is answered by EXACT, and so is a filter that few points fit. Only EXACT is
        sure to give the nearest; the others may miss some.
        """

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
        """As `query` with the stored vector of an image, which is never its own hit.

        None when the image has no vector in the space, or is not the viewer's to see.
        """

    async def build(self, space: str, *, recentre: bool = False) -> bool:
        """Bring the space's indexes up to its size, reading and writing going on meanwhile; may take long.

        Say whether anything was built: nothing is when nothing is due or another process is at it. `recentre` takes the
        mean anew and builds `two_stage` again in any case.
        """
