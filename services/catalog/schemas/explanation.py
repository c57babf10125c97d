"""Why an image is in the answer to a search."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain import ImageLabelRecord, LabelSource, LabelStatus, Match, MatchedBy
from services.catalog.schemas.label import LabelReference
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
