"""What can be asked of the library, and what is answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from services.catalog.domain.images import ImageLabelRecord, ImageRecord, ImageState
from services.text.query import Query


class Sort(StrEnum):
    """An order of images: best match first, newest or oldest first by upload or by when they were taken, or shuffled.

    An image of which nobody knows when it was taken stands where it was uploaded.
    """

    RELEVANCE = "relevance"
    NEWEST = "-created_at"
    OLDEST = "created_at"
    TAKEN_NEWEST = "-taken_at"
    TAKEN_OLDEST = "taken_at"
    RANDOM = "random"


class DuplicateKind(StrEnum):
    """How alike the images of a group are."""

    EXACT = "exact"
    """The same bytes, or the same perceptual hash and size in pixels: one picture in several files."""
    NEAR = "near"


class Include(StrEnum):
    """What a search can tell beside the page."""

    FACETS = "facets"
    TOTAL = "total"
    EXPLAIN = "explain"
    OUTLINE = "outline"
    CAMERAS = "cameras"


class MatchedBy(StrEnum):
    """What of an image fits what was asked."""

    LABEL = "label"
    SYNONYM = "synonym"
    """Another word for the label."""
    ANCESTOR = "ancestor"
    """Something that the label is a kind of."""
    TAG = "tag"
    TITLE = "title"
    DESCRIPTION = "description"
    FILE_NAME = "file_name"


@dataclass(frozen=True)
class LabelGroup:
    """Labels of which an image needs one, itself or a kind of it. `kinds` are the labels and all kinds of them."""

    asked: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True)
class SearchFilter:
    """What `GET /v1/images` asks for; tags by their keys. An image needs one label of each group, and none of
    `not_labels`, nor kinds of them. `query_labels` are what the words of the query name, if they name labels: their
    scores then order the answer.
    """

    query: Query | None = None
    query_labels: LabelGroup | None = None
    label_groups: tuple[LabelGroup, ...] = ()
    not_labels: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()
    min_score: float = 0.0
    owner: UUID | str | None = None
    collection: UUID | Literal["favorites"] | None = None
    state: ImageState | None = None
    taken_after: datetime | None = None
    taken_before: datetime | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    camera: str | None = None
    lens: str | None = None
    iso: int | None = None
    near: tuple[float, float, float] | None = None
    """Latitude and longitude in degrees, and kilometres around: of the viewer's own images alone."""
    width: tuple[int | None, int | None] = (None, None)
    height: tuple[int | None, int | None] = (None, None)

    @property
    def scoring(self) -> tuple[LabelGroup, ...]:
        """The labels of which the best score orders the answer."""
        return (*self.label_groups, self.query_labels) if self.query_labels else self.label_groups


@dataclass(frozen=True)
class Match:
    """One reason why an image is found. `path` are label ids, from the one asked for down to the one it bears."""

    parameter: str
    value: str
    by: MatchedBy
    term: str | None = None
    words: tuple[str, ...] = ()
    label: ImageLabelRecord | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where an image stands in an order: by `key`, then by id. Without a key, by id alone, and the key is 0."""

    key: float
    image_id: UUID


@dataclass(frozen=True)
class PageStart:
    """A page begins after the image `last`, which was uploaded, or taken, at `at`."""

    last: UUID
    at: datetime


@dataclass(frozen=True)
class DuplicateFilter:
    """Which copies `GET /v1/duplicates` asks for; `kind` None is both. `max_distance` is in bits of 64."""

    kind: DuplicateKind | None = None
    max_distance: int = 8
    owner: UUID | str | None = None


@dataclass(frozen=True)
class DuplicateGroup:
    """Copies of one picture. `newest` names the group; `images` are the first of `size`."""

    newest: UUID
    kind: DuplicateKind
    size: int
    images: tuple[ImageRecord, ...]


@dataclass(frozen=True)
class Total:
    """How many images a search finds, or at least."""

    count: int
    is_lower_bound: bool = False


@dataclass(frozen=True)
class TermCount:
    """How many visible images bear a tag (`label_id` None) or a label."""

    name: str
    label_id: str | None
    count: int


@dataclass(frozen=True)
class Facet:
    """How many of the images found bear a term: a label, a tag, or an owner."""

    id: str
    name: str
    count: int


@dataclass(frozen=True)
class Facets:
    labels: tuple[Facet, ...]
    tags: tuple[Facet, ...]
    owners: tuple[Facet, ...]
