"""Why an image is in the answer to a search."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain import ImageLabelRecord, LabelSource, LabelStatus, Match, MatchedBy
from services.catalog.schemas.label import LabelReference
from services.vision.labels import Taxonomy


class MatchedParameter(StrEnum):
    """A parameter of GET /v1/images that a match can come from."""

    Q = "q"
    LABEL = "label"
    ANY_LABEL = "any_label"
    TAG = "tag"


class MatchedLabel(BaseModel):
    """A label that the image bears."""

    id: str = Field(description="WordNet 3.0 id.", examples=["n02093428"])
    name: str = Field(description="What people call it.", examples=["American Staffordshire terrier"])
    score: float = Field(ge=0, le=1, description="The model's probability; 1 when a person gave the label.")
    source: LabelSource = Field(description="Who gave it.")
    status: LabelStatus = Field(description="What the owner says of it.")


class SearchMatch(BaseModel):
    """One reason. Of several labels that fit one thing asked for, the five best are named."""

    parameter: MatchedParameter = Field(description="The parameter that asked for it.")
    value: str = Field(description="As asked.", examples=["dog"])
    by: MatchedBy = Field(description="What of the image fits it.")
    term: str | None = Field(description="The tag, or the name or synonym of a label; null for title and description.")
    words: list[str] = Field(description="Of `q`: its words that stand there, in any form.", examples=[["dogs"]])
    label: MatchedLabel | None = Field(default=None, description="The label that the image bears; null without one.")
    path: list[LabelReference] = Field(
        description="From the label asked for down to the one that the image bears; one label when they are the same."
    )


class ImageExplanation(BaseModel):
    """What made one image match."""

    image_id: UUID = Field(description="Which image.")
    matches: list[SearchMatch] = Field(description="Empty when nothing was asked that says why (an owner, a date).")


def explanations_out(found: Iterable[tuple[UUID, Sequence[Match]]], taxonomy: Taxonomy) -> list[ImageExplanation]:
    @cache
    def reference(label_id: str) -> LabelReference:  # of a page's ways down, most steps are the same
        return LabelReference(id=label_id, name=taxonomy.get(label_id).name)

    def out(match: Match) -> SearchMatch:
        return SearchMatch.model_validate(
            {
                "parameter": match.parameter,
                "value": match.value,
                "by": match.by,
                "term": match.term,
                "words": match.words,
                "label": match.label and _borne(match.label, taxonomy),
                "path": [reference(label_id) for label_id in match.path],
            }
        )

    return [
        ImageExplanation(image_id=image_id, matches=[out(match) for match in matches]) for image_id, matches in found
    ]


def _borne(label: ImageLabelRecord, taxonomy: Taxonomy) -> MatchedLabel:
    name = taxonomy.get(label.label_id).name
    return MatchedLabel(id=label.label_id, name=name, score=label.score, source=label.source, status=label.status)
