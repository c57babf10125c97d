"""Deleted images that can be restored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class TrashedImage:
    """What is told of an image in the trash. From `trashed_until` on it cannot be restored."""

    id: UUID
    sha256: str
    title: str
    file_name: str | None
    media_type: str
    bytes: int
    width: int
    height: int
    created_at: datetime
    deleted_at: datetime
    trashed_until: datetime
