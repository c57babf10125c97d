"""The native interface, between services."""

from typing import Annotated, Any, Self
from uuid import UUID

import numpy as np
from pydantic import AfterValidator, Base64Bytes, BaseModel, Field, StringConstraints, model_validator

from services.kit.http.strict import RequestModel
from services.kit.http.values import Boolean, Integer, Number, Timestamp, absent
from services.similarity.index import MAX_DIMENSION, MAX_LIMIT, Mode, Neighbour, Vector

FLOAT_BYTES = 4
MOST_POINTS = 32
"""Of one request: 32 vectors of 4,000 components are some 700 KB of JSON."""


def _whole_floats(raw: bytes) -> bytes:
    if not raw or len(raw) % FLOAT_BYTES or len(raw) > FLOAT_BYTES * MAX_DIMENSION:
        raise ValueError(f"a vector has 1 to {MAX_DIMENSION} float32 components")
    return raw


SpaceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
LabelId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,40}$")]
LabelIds = Annotated[list[LabelId], Field(max_length=200)]
VectorBytes = Annotated[
    Base64Bytes,
    AfterValidator(_whole_floats),
    Field(max_length=FLOAT_BYTES * MAX_DIMENSION * 2, description="Base64 of little-endian float32 components."),
]


def vector_of(raw: bytes) -> Vector:
    return np.frombuffer(raw, dtype="<f4").astype(np.float32)


class PointIn(RequestModel):
    """An image's vector in one space, and what filters need."""

    space: SpaceId
    vector: VectorBytes
    owner_id: UUID
    public: Boolean
    label_ids: LabelIds = Field(default_factory=list)
    trained: Boolean | None = Field(
        default=None, description="Whether the space's model is trained; asked of the model when absent."
    )
    make_space: Boolean = Field(default=True, description="Whether a space that is not there is made, or refused.")


class PointOfMany(RequestModel):
    """An image's vector, and what filters need."""

    image_id: UUID
    vector: VectorBytes
    owner_id: UUID
    public: Boolean
    label_ids: LabelIds = Field(default_factory=list)


class PointsIn(RequestModel):
    """Vectors of several images in one space, all of one size."""

    space: SpaceId
    points: list[PointOfMany] = Field(min_length=1, max_length=MOST_POINTS)
    trained: Boolean | None = Field(
        default=None, description="Whether the space's model is trained; asked of the model when absent."
    )
    make_space: Boolean = Field(default=True, description="Whether a space that is not there is made, or refused.")


class PayloadChangeIn(RequestModel):
    """What to change; what is absent stays, and nothing is null."""

    owner_id: UUID = Field(default_factory=absent)
    public: Boolean = Field(default_factory=absent)
    label_ids: LabelIds = Field(default_factory=absent)


class PointsFilter(RequestModel):
    """Which points count. Each group of `label_groups` must share a label with the point."""

    owner_id: UUID | None = None
    label_groups: list[Annotated[list[LabelId], Field(max_length=2000)]] = Field(default_factory=list, max_length=50)
    not_labels: list[LabelId] = Field(default_factory=list, max_length=2000, description="None of these may be there.")
    only: list[UUID] | None = Field(default=None, max_length=10_000)
    exclude: list[UUID] = Field(default_factory=list, max_length=10_000)


class PointsQuery(RequestModel):
    """The nearest points to a vector, or to an image's."""

    vector: VectorBytes | None = None
    image_id: UUID | None = Field(default=None, description="Instead of a vector: never its own hit.")
    space: SpaceId | None = Field(default=None, description="The active one when absent.")
    viewer_id: UUID | None = Field(default=None, description="For whom a service asks; a user asks as itself.")
    filter: PointsFilter = Field(default_factory=PointsFilter)
    limit: Integer = Field(default=12, ge=1, le=MAX_LIMIT)
    min_score: Number = Field(default=0.0, ge=0, le=1)
    mode: Mode = Mode.AUTO

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.vector is None) == (self.image_id is None):
            raise ValueError("give exactly one of vector and image_id")
        return self

    @property
    def like(self) -> Vector | UUID:
        if self.image_id is not None:
            return self.image_id
        assert self.vector is not None  # noqa: S101 - validated above
        return vector_of(self.vector)


class PointHit(BaseModel):
    image_id: UUID
    score: float


class PointsFound(BaseModel):
    """Best first; equal scores by image id."""

    items: list[PointHit]
    space: str
    mode: Mode


class SpaceOut(BaseModel):
    id: str
    dimension: int
    trained: bool | None
    points: int
    active: bool = Field(description="Whether searches are answered from it.")
    modes: list[Mode]
    centred_on: int = Field(description="Points that the sign bits' mean was taken over; 0 without such an index.")
    created_at: Timestamp


class SpaceList(BaseModel):
    """Newest first."""

    items: list[SpaceOut]
    next_cursor: str | None = None


def point_hits(neighbours: tuple[Neighbour, ...]) -> list[PointHit]:
    return [PointHit(image_id=one.image_id, score=one.score) for one in neighbours]


def filter_arguments(asked: PointsFilter) -> dict[str, Any]:
    """The arguments of index.Filter but the viewer."""
    return {
        "owner": asked.owner_id,
        "label_groups": tuple(frozenset(group) for group in asked.label_groups),
        "not_labels": frozenset(asked.not_labels),
        "only": None if asked.only is None else frozenset(asked.only),
        "exclude": frozenset(asked.exclude),
    }
