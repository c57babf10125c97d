"""Identifiers: UUID version 7 (RFC 9562), so that ids sort by the time of their making."""

from uuid import UUID

import uuid6


def new_id() -> UUID:
    """Make a fresh UUIDv7, monotonic within the process."""
    return UUID(bytes=uuid6.uuid7().bytes)
