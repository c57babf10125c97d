from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from services.catalog.domain.tags import MAX_LETTERS, MAX_TAGS, joined_tags
from services.kit.http.pagination import NEXT_CURSOR
from services.text.folding import tag_form


def _tag(tag: str) -> str:
    shown = tag_form(tag)
    if not 0 < len(shown) <= MAX_LETTERS:
        raise ValueError(f"a tag has 1 to {MAX_LETTERS} characters that can be seen")
    return shown


def _joined(tags: list[str]) -> list[str]:
    return list(joined_tags(tags))


Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LETTERS, pattern=r"^[^\x00-\x1f]+$"),
    AfterValidator(_tag),
]
Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS), AfterValidator(_joined)]


class TermKind(StrEnum):
    """A label of the taxonomy, or a tag of a user."""

    LABEL = "label"
    TAG = "tag"


class Term(BaseModel):
    """A label or a tag, with how many images bear it."""

    kind: TermKind = Field(description="Whether it is a label or a tag.")
    id: str | None = Field(description="WordNet 3.0 id of a label; null for a tag.", examples=["n02084071"])
    name: str = Field(description="The tag, or what people call the label.", examples=["dog"])
    count: int = Field(description="Images that you may see and that bear it, or a kind of it.")


class TermPage(BaseModel):
    """A page of labels and tags."""

    items: list[Term] = Field(description="Most used first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class LabelReference(BaseModel):
    """A label, by id and name."""

    id: str = Field(description="WordNet 3.0 id.", examples=["n02084071"])
    name: str = Field(description="What people call it.", examples=["dog"])


class LabelDetail(BaseModel):
    """A label of the taxonomy (WordNet 3.0)."""

    id: str = Field(description="WordNet 3.0 id.", examples=["n02084071"])
    name: str = Field(description="What people call it.", examples=["dog"])
    synonyms: list[str] = Field(description="Other words for it.", examples=[["domestic dog", "Canis familiaris"]])
    gloss: str = Field(description="What it is, in a sentence.")
    ancestors: list[LabelReference] = Field(description="What it is a kind of, nearest first.")
    path: list[LabelReference] = Field(description="One way up, nearest first: each is a kind of the next.")
    children: list[LabelReference] = Field(description="The kinds of it, one step down.")
    is_class: bool = Field(description="Whether the model answers this label itself, or only kinds of it.")
    count: int = Field(description="Images that you may see and that bear it, or a kind of it.")
