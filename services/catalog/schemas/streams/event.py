from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from services.catalog.domain.events import START, EventBatch, EventPlace, EventRecord, EventType
from services.kit.http.pagination import MAX_CURSOR, decode_cursor, encode_cursor
from services.kit.http.values import Timestamp

FEED = "events"
NOW = "now"

After = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=MAX_CURSOR,
        description="Behind which event to begin: `after` of an answer, `id` of an event, or `now`, which gives no "
        "events and where the feed stands. Absent: from the oldest that is kept.",
        examples=[NOW],
    ),
]


class LibraryEvent(BaseModel):
    """One change of what you may see."""

    id: str = Field(description="Where it stands: give it as `after` to go on behind it.")
    type: EventType = Field(description="What happened.")
    subject_id: UUID = Field(description="To which image or collection.")
    at: Timestamp = Field(description="When; the order is that of the feed, and times may differ from it a little.")


class EventPage(BaseModel):
    """What changed, in order."""

    items: list[LibraryEvent] = Field(description="Oldest first. May be empty even when there is more.")
    after: str = Field(description="Give it back as `after` to go on behind these.")
    more: bool = Field(description="Whether there may be more already; else ask again later.")


def event_out(event: EventRecord) -> LibraryEvent:
    return LibraryEvent(id=cursor_of(event.place), type=event.type, subject_id=event.subject_id, at=event.place.at)


def events_out(batch: EventBatch) -> EventPage:
    return EventPage(items=[event_out(event) for event in batch.events], after=cursor_of(batch.after), more=batch.more)


def cursor_of(place: EventPlace) -> str:
    return encode_cursor([place.position, place.at.isoformat()], FEED)


def place_of(cursor: str | None) -> EventPlace:
    """Raise InvalidCursor."""
    if cursor is None:
        return START
    position, at = decode_cursor(cursor, FEED, (int, datetime))
    return EventPlace(position, at) if position else START
