from typing import Literal

from pydantic import BaseModel, Field


class Term(BaseModel):
    """A label or a tag, with how many images bear it."""

    kind: Literal["label", "tag"]
    id: str | None = Field(description="WordNet 3.0 id of a label; null for a tag.", examples=["n02084071"])
    name: str = Field(examples=["dog"])
    count: int = Field(description="Images that you may see and that bear it, or a kind of it.")


class TermPage(BaseModel):
    items: list[Term]
    next_cursor: str | None


class LabelReference(BaseModel):
    id: str = Field(examples=["n02084071"])
    name: str = Field(examples=["dog"])


class LabelDetail(BaseModel):
    """A label of the taxonomy (WordNet 3.0)."""

    id: str = Field(examples=["n02084071"])
    name: str = Field(examples=["dog"])
    synonyms: list[str]
    gloss: str
    ancestors: list[LabelReference] = Field(description="What it is a kind of, nearest first.")
    children: list[LabelReference]
    is_class: bool = Field(description="Whether the model answers this label itself, or only kinds of it.")
    count: int = Field(description="Images that you may see and that bear it, or a kind of it.")
