"""Why an image is in the answer to a search."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain import LabelSource, LabelStatus, Match, MatchedBy
from services.catalog.schema.label import LabelReference
from services.vision.labels import Taxonomy


class MatchedLabel(BaseModel):
    """A label that the image bears."""

    id: str = Field(examples=["n02093428"])
    name: str = Field(examples=["American Staffordshire terrier"])
    score: float = Field(ge=0, le=1)
    source: LabelSource
    status: LabelStatus


class SearchMatch(BaseModel):
    """One reason. Of several labels that fit one thing asked for, the five best are named."""

    parameter: Literal["q", "label", "any_label", "tag"]
    value: str = Field(description="As asked.", examples=["dog"])
    by: MatchedBy
    term: str | None = Field(description="The tag, or the name or synonym of a label; null for title and description.")
    words: list[str] = Field(description="Of `q`: its words that stand there, in any form.", examples=[["dogs"]])
    label: MatchedLabel | None
    path: list[LabelReference] = Field(
        description="From the label asked for down to the one that the image bears; one label when they are the same."
    )


class ImageExplanation(BaseModel):
    image_id: UUID
    matches: list[SearchMatch] = Field(description="Empty when nothing was asked that says why (an owner, a date).")


def explanation_out(image_id: UUID, matches: Sequence[Match], taxonomy: Taxonomy) -> ImageExplanation:
    return ImageExplanation(image_id=image_id, matches=[_match(match, taxonomy) for match in matches])


def _match(match: Match, taxonomy: Taxonomy) -> SearchMatch:
    label = match.label and MatchedLabel(
        id=match.label.label_id,
        name=taxonomy.get(match.label.label_id).name,
        score=match.label.score,
        source=match.label.source,
        status=match.label.status,
    )
    path = [LabelReference(id=label_id, name=taxonomy.get(label_id).name) for label_id in match.path]
    return SearchMatch.model_validate(
        {
            "parameter": match.parameter,
            "value": match.value,
            "by": match.by,
            "term": match.term,
            "words": match.words,
            "label": label,
            "path": path,
        }
    )
