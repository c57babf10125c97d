"""Images, what is said of them, and what is kept of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

Weight = Literal["A", "B", "C", "D"]
"""How much a word says of an image, A the most: title and tags, names of labels, description and file name, kinds."""


class Visibility(StrEnum):
    """Who may see an image: every signed-in user, or its owner alone."""

    PUBLIC = "public"
    PRIVATE = "private"


class ImageState(StrEnum):
    """How far an image is: waiting for its labels, labelled and embedded, put off for a while, or given up."""

    PROCESSING = "processing"
    READY = "ready"
    DEFERRED = "deferred"
    FAILED = "failed"


class OnDuplicate(StrEnum):
    """What becomes of what is said of an image whose bytes its owner has already."""

    KEEP = "keep"
    UPDATE = "update"
    ERROR = "error"


class LabelSource(StrEnum):
    """Who gave a label."""

    MODEL = "model"
    USER = "user"


class LabelStatus(StrEnum):
    """What the owner says of a label; `suggested` while nothing was said."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


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
    taken_local: datetime | None = None
    taken_offset_s: int | None = None
    taken_source: str | None = None
    exif: Mapping[str, Any] = field(default_factory=dict)
    """Without the position, unless it was read for the owner."""
    warnings: tuple[Mapping[str, str], ...] = ()
    has_motion: bool = False
    is_damaged: bool = False

    @property
    def original(self) -> "Original":
        return Original(self.id, self.sha256, self.bytes, self.media_type, self.is_damaged)


@dataclass(frozen=True)
class Original:
    """Bytes that were sent: their SHA-256 and number, and whether others were found in their place."""

    id: UUID
    sha256: str
    bytes: int
    media_type: str
    is_damaged: bool


@dataclass(frozen=True)
class ImageMetadata:
    """What the uploader says of an image."""

    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    visibility: Visibility = Visibility.PRIVATE
    file_name: str | None = None
    import_keywords: bool = False


@dataclass(frozen=True)
class Document:
    """What an image is found by: lexemes with their places and weights, keys of tags, labels with their closure.

    `analyzer` is the version of what made the lexemes.
    """

    words: Mapping[str, Sequence[tuple[int, Weight]]]
    tag_keys: tuple[str, ...]
    analyzer: str
    label_ids: tuple[str, ...]
    own_label_ids: tuple[str, ...]


@dataclass(frozen=True)
class PointPayload:
    """What the similarity service is told of an image beside its vector. Labels that are about to change are None."""

    owner_id: UUID
    public: bool
    label_ids: tuple[str, ...] | None


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
class DownloadRecord:
    """Images that somebody is about to download together."""

    name: str
    image_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Coverage:
    total: int = 0
    by_state: dict[str, int] = field(default_factory=dict)
    labelled: int = 0
