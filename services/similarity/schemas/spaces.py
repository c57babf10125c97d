"""Model spaces, for the public and for the catalog."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.kit.http.strict import RequestModel
from services.kit.http.values import Boolean, Integer, Timestamp
from services.similarity.domain import Comparison, KeptSpace, Overlap
from services.similarity.index import MAX_DIMENSION, Mode
from services.similarity.schemas.points import SpaceId

A_SPACE = "efficientnet_lite2-9a0c1d2e3f40"
MOST_SAMPLED = 200
Share = Annotated[float | None, Field(ge=0, le=1)]
ANOTHER_SPACE = "inception_v3-0f1e2d3c4b5a"


class ModelSpace(BaseModel):
    """The vectors of one model. Only the active space answers searches."""

    id: str = Field(description="Its id.", examples=[A_SPACE])
    dimension: int = Field(description="Values of a vector.")
    trained: bool | None = Field(description="False when the model has random weights; null when nobody has said.")
    points: int = Field(description="Images that have a vector in it.")
    coverage: float = Field(ge=0, le=1, description="Vectors over images, of the whole library; 1 when that is empty.")
    active: bool = Field(description="Whether searches are answered from it.")
    candidate: bool = Field(description="It is, or was, filled beside the active one, and was not promoted yet.")
    promoted_at: Timestamp | None = Field(description="null when it was not, or answers without having been promoted.")
    modes: list[Mode] = Field(description="How it can be searched.")
    created_at: Timestamp = Field(description="When its first vector came.")


class ModelSpaceList(BaseModel):
    """All there are, newest first."""

    items: list[ModelSpace] = Field(description="Newest first.")
    next_cursor: str | None = Field(description="Always null: there is one page.")


class SpacePromotion(RequestModel):
    """How to promote a space."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"force": True}]})

    force: Boolean = Field(default=False, description="Also when images of the library have no vector in the space.")


class SpacesToCompare(RequestModel):
    """Which spaces to compare, and on how many images."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"a": A_SPACE, "b": ANOTHER_SPACE, "sample": 20}]})

    a: SpaceId = Field(description="One space.", examples=[A_SPACE])
    b: SpaceId = Field(description="The other.", examples=[ANOTHER_SPACE])
    sample: Integer = Field(default=50, ge=1, le=MOST_SAMPLED, description="Images drawn by chance.")
    limit: Integer = Field(default=10, ge=1, le=100, description="How many of the nearest are compared.")


class SpaceOverlap(BaseModel):
    """The share of the nearest that both spaces have in common; null when nothing could be compared."""

    mean: Share = Field(description="Over the images compared.")
    least: Share = Field(description="Of the image where they agree least.")
    p10: Share = Field(description="A tenth of the images have less in common.")
    median: Share = Field(description="Half of the images have less in common.")
    p90: Share = Field(description="Nine tenths of the images have less in common.")
    histogram: list[int] = Field(
        description="Eleven counts: of the images with 0, 1, … 10 tenths in common, rounded.", examples=[[0] * 11]
    )


class SpaceComparison(BaseModel):
    """How far two spaces agree."""

    a: ModelSpace = Field(description="One space.")
    b: ModelSpace = Field(description="The other.")
    limit: int = Field(description="How many of the nearest were compared.")
    sampled: int = Field(description="Images drawn by chance.")
    compared: int = Field(description="Of the sample, those with a vector in both that were reached within 20 s.")
    overlap: SpaceOverlap = Field(description="What their answers have in common.")


class AnsweringSpace(BaseModel):
    """Service to service: which space answers, and which one was promoted, if any."""

    active: str | None
    promoted: str | None
    promoted_at: Timestamp | None
    spaces: int = Field(description="How many there are.")


class SpaceAnnouncement(RequestModel):
    """Service to service: a space that is going to be filled beside the active one."""

    dimension: Integer = Field(ge=1, le=MAX_DIMENSION)
    trained: Boolean


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
