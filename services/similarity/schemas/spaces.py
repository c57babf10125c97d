"""Model spaces, for the public and for the catalog."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.similarity.domain import Comparison, KeptSpace, Overlap
from services.similarity.index import MAX_DIMENSION, Mode
from services.similarity.schemas.points import SpaceId

A_SPACE = "efficientnet_lite2-9a0c1d2e3f40"
MOST_SAMPLED = 200
Share = Annotated[float | None, Field(ge=0, le=1)]


class ModelSpace(BaseModel):
    """The vectors of one model. Only the active space answers searches."""

    id: str = Field(examples=[A_SPACE])
    dimension: int
    trained: bool | None = Field(description="False when the model has random weights; null when nobody has said.")
    points: int
    coverage: float = Field(ge=0, le=1, description="Vectors over images, of the whole library; 1 when that is empty.")
    active: bool
    candidate: bool = Field(description="It is, or was, filled beside the active one, and was not promoted yet.")
    promoted_at: datetime | None = Field(description="null when it was not, or answers without having been promoted.")
    modes: list[Mode]
    created_at: datetime


class ModelSpaceList(BaseModel):
    """All there are, newest first."""

    items: list[ModelSpace]
    next_cursor: str | None


class SpacePromotion(BaseModel):
    model_config = ConfigDict(extra="forbid")

    force: bool = Field(default=False, description="Also when images of the library have no vector in the space.")


class SpacesToCompare(BaseModel):
    model_config = ConfigDict(extra="forbid")

    a: SpaceId = Field(examples=[A_SPACE])
    b: SpaceId = Field(examples=["inception_v3-0f1e2d3c4b5a"])
    sample: int = Field(default=50, ge=1, le=MOST_SAMPLED, description="Images drawn by chance.")
    limit: int = Field(default=10, ge=1, le=100, description="How many of the nearest are compared.")


class SpaceOverlap(BaseModel):
    """The share of the nearest that both spaces have in common; null when nothing could be compared."""

    mean: Share
    least: Share
    p10: Share
    median: Share
    p90: Share
    histogram: list[int] = Field(
        description="Eleven counts: of the images with 0, 1, … 10 tenths in common, rounded.", examples=[[0] * 11]
    )


class SpaceComparison(BaseModel):
    a: ModelSpace
    b: ModelSpace
    limit: int
    sampled: int
    compared: int = Field(description="Of the sample, those with a vector in both that were reached within 20 s.")
    overlap: SpaceOverlap


class AnsweringSpace(BaseModel):
    """Service to service: which space answers, and which one was promoted, if any."""

    active: str | None
    promoted: str | None
    promoted_at: datetime | None
    spaces: int = Field(description="How many there are.")


class SpaceAnnouncement(BaseModel):
    """Service to service: a space that is going to be filled beside the active one."""

    model_config = ConfigDict(extra="forbid")

    dimension: int = Field(ge=1, le=MAX_DIMENSION)
    trained: bool


def model_space(kept: KeptSpace) -> ModelSpace:
    return ModelSpace(
        id=kept.space.id,
        dimension=kept.space.dimension,
        trained=kept.space.trained,
        points=kept.points,
        coverage=kept.coverage,
        active=kept.active,
        candidate=kept.candidate,
        promoted_at=kept.promoted_at,
        modes=sorted(kept.space.modes),
        created_at=kept.space.created_at,
    )


def space_comparison(found: Comparison, *, limit: int) -> SpaceComparison:
    return SpaceComparison(
        a=model_space(found.a),
        b=model_space(found.b),
        limit=limit,
        sampled=found.sampled,
        compared=found.compared,
        overlap=_overlap(found.overlap),
    )


def _overlap(found: Overlap) -> SpaceOverlap:
    return SpaceOverlap.model_validate(found, from_attributes=True)
