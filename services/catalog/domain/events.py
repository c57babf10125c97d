"""What changed, as those who follow are told."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID


class EventType(StrEnum):
    """What happened. Of an image that becomes public or private, others are told that it was created or deleted."""

    IMAGE_CREATED = "image.created"
    IMAGE_UPDATED = "image.updated"
    IMAGE_DELETED = "image.deleted"
    IMAGE_RESTORED = "image.restored"
    COLLECTION_CREATED = "collection.created"
    COLLECTION_UPDATED = "collection.updated"
    COLLECTION_DELETED = "collection.deleted"


@dataclass(frozen=True)
class EventPlace:
    """Behind which event a reader stands. The moment tells whether that event is still the one that was read."""

    position: int
    at: datetime


START = EventPlace(0, datetime.fromtimestamp(0, UTC))


@dataclass(frozen=True)
class EventRecord:
    place: EventPlace
    type: EventType
    subject_id: UUID


@dataclass(frozen=True)
class EventBatch:
    """Events in their order, where the reader stands after them, and whether there may be more already."""

    events: tuple[EventRecord, ...]
    after: EventPlace
    more: bool
