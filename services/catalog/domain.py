"""What the catalog talks about, inside: values without behaviour of the database or the web."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

INPUT_SIZE = 299
"""Side of the square model input, in pixels."""


class Visibility(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"


class ImageState(StrEnum):
    PROCESSING = "processing"
    READY = "ready"
    DEFERRED = "deferred"
    FAILED = "failed"


class LabelSource(StrEnum):
    MODEL = "model"
    USER = "user"


class LabelStatus(StrEnum):
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class JobKind(StrEnum):
    INGEST = "ingest"
    """Label and embed the image."""
    SYNC = "sync"
    """Tell the similarity service what is true of the image now, or that it is gone."""
    PURGE = "purge"
    """Remove what is left of a deleted image."""


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "-created_at"
    OLDEST = "created_at"
    RANDOM = "random"


class DuplicateKind(StrEnum):
    EXACT = "exact"
    """The same bytes, or the same perceptual hash and size in pixels: one picture in several files."""
    NEAR = "near"


class Include(StrEnum):
    """What a search can tell beside the page."""

    FACETS = "facets"
    EXPLAIN = "explain"


class MatchedBy(StrEnum):
    LABEL = "label"
    SYNONYM = "synonym"
    """Another word for the label."""
    ANCESTOR = "ancestor"
    """Something that the label is a kind of."""
    TAG = "tag"
    TITLE = "title"
    DESCRIPTION = "description"


@dataclass(frozen=True)
class Person:
    id: UUID
    name: str


@dataclass(frozen=True)
class ImageLabelRecord:
    label_id: str
    score: float
    rank: int
    source: LabelSource
    model: str | None
    trained: bool | None
    status: LabelStatus
    decided_by: Person | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class ImageRecord:
    id: UUID
    owner_id: UUID
    owner_name: str
    sha256: str
    media_type: str
    bytes: int
    width: int
    height: int
    rotation: int
    perceptual_hash: int
    file_name: str | None
    title: str
    description: str
    tags: tuple[str, ...]
    taken_at: datetime | None
    visibility: Visibility
    state: ImageState
    state_reason: str | None
    created_at: datetime
    updated_at: datetime
    in_favorites: bool
    labels: tuple[ImageLabelRecord, ...] = ()


@dataclass(frozen=True)
class ImageMetadata:
    """What the uploader says of an image."""

    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    visibility: Visibility = Visibility.PRIVATE
    file_name: str | None = None


@dataclass(frozen=True)
class LabelGroup:
    """Labels of which an image needs one, itself or a kind of it. `kinds` are the labels and all kinds of them."""

    asked: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True)
class Document:
    """What words and labels find an image: words of the four weights, A the heaviest, and labels with their closure."""

    a: str
    b: str
    c: str
    d: str
    label_ids: tuple[str, ...]
    own_label_ids: tuple[str, ...]


@dataclass(frozen=True)
class SearchFilter:
    """What `GET /v1/images` asks for. An image needs one label of each group, and none of `not_labels`, nor kinds of
    them. `query_labels` are what the words of the query name, if they name labels: their scores then order the answer.
    """

    query: str | None = None
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
class DuplicateFilter:
    """Which copies `GET /v1/duplicates` asks for; `kind` None is both. `max_distance` is in bits of 64."""

    kind: DuplicateKind | None = None
    max_distance: int = 8
    owner: UUID | None = None


@dataclass(frozen=True)
class DuplicateGroup:
    """Copies of one picture. `newest` names the group; `images` are the first of `size`."""

    newest: UUID
    kind: DuplicateKind
    size: int
    images: tuple[ImageRecord, ...]


@dataclass(frozen=True)
class PointPayload:
    """What the similarity service is told of an image beside its vector. Labels that are about to change are None."""

    owner_id: UUID
    public: bool
    label_ids: tuple[str, ...] | None


@dataclass(frozen=True)
class JobRecord:
    id: UUID
    kind: JobKind
    image_id: UUID
    attempts: int


class OperationState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ModelChoice(StrEnum):
    ACTIVE = "active"
    """The model whose space answers searches."""
    CANDIDATE = "candidate"
    """The other one, whose space is filled beside it."""


@dataclass(frozen=True)
class Failure:
    """An image that an operation could not do, and why."""

    image_id: UUID
    reason: str


@dataclass(frozen=True)
class OperationRecord:
    """Long work over the library; see models.Operation. `failures` are the first ones, `failed` counts all."""

    id: UUID
    kind: str
    state: OperationState
    parameters: dict[str, Any]
    done: int
    failed: int
    total: int
    failures: tuple[Failure, ...]
    error: str | None
    cursor: UUID | None
    following: bool
    created_by: UUID
    created_by_name: str
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None

    @property
    def to_go_on_with(self) -> bool:
        """Whether a worker has something to do: it runs, or it succeeded and takes in what comes."""
        return self.state is OperationState.RUNNING or (self.following and self.state is OperationState.SUCCEEDED)


@dataclass(frozen=True)
class CollectionRecord:
    id: UUID
    kind: str
    name: str
    description: str
    image_count: int
    created_at: datetime
    updated_at: datetime


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


@dataclass(frozen=True)
class Coverage:
    total: int = 0
    by_state: dict[str, int] = field(default_factory=dict)
    labelled: int = 0
