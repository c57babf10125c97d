"""Identifiers: UUID version 7 (RFC 9562), so that ids sort by the time of their making."""

from datetime import UTC, datetime
from uuid import UUID

import uuid6


def new_id() -> UUID:
    """Make a fresh UUIDv7, monotonic within the process."""
    return UUID(bytes=uuid6.uuid7().bytes)


def time_of(made: UUID) -> datetime:
    """Give when a UUIDv7 was made, to the millisecond, by the clock of who made it."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def last_id_of(moment: datetime) -> UUID:
    """Give the greatest UUIDv7 of the moment's millisecond."""
    return UUID(int=((int(moment.timestamp() * 1000) + 1) << 80) - 1)
