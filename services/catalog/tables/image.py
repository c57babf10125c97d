from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.tables.base import Base

ALIVE = text("deleted_at IS NULL")
IN_TRASH = text("trashed_until IS NOT NULL")


class Owner(Base):
    """A user as the gateway last named them: the catalog keeps the name to show it, nothing more."""

    __tablename__ = "owners"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


class Image(Base):
    """One picture of one owner. `id` is a UUIDv7, so its order is the order of creation."""

    __tablename__ = "images"
    __table_args__ = (
        CheckConstraint("visibility IN ('public', 'private')", name="images_visibility"),
        CheckConstraint("state IN ('processing', 'ready', 'deferred', 'failed')", name="images_state"),
        CheckConstraint("rotation IN (0, 90, 180, 270)", name="images_rotation"),
        Index("images_owner_sha256", "owner_id", "sha256", unique=True, postgresql_where=ALIVE),
        Index("images_owner_id_id", "owner_id", "id", postgresql_where=ALIVE),
        Index("images_public", "id", postgresql_where=text("deleted_at IS NULL AND visibility = 'public'")),
        Index("images_taken", text("COALESCE(taken_at, created_at)"), "id", postgresql_where=ALIVE),
        Index("images_document", "document", postgresql_using="gin"),
        # Of the deleted ones too: the planner does not use statistics of a part, and thinks that hundreds are alike.
        Index("images_likeness", text("likeness(perceptual_hash, sha256)"), "id"),
        Index("images_analyzer", "analyzer"),
        Index("images_n", "n", unique=True),
        Index("images_label_ids", "label_ids", postgresql_using="gin"),
        Index("images_trash", "owner_id", "sha256", postgresql_where=IN_TRASH),
        Index("images_trashed_until", "trashed_until", postgresql_where=IN_TRASH),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("owners.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int]
    height: Mapped[int]
    rotation: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    perceptual_hash: Mapped[int] = mapped_column(BigInteger)
    file_name: Mapped[str | None]
    title: Mapped[str]
    description: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    taken_at: Mapped[datetime | None]
    """In UTC; of a file that names no zone, its local time taken as UTC."""
    taken_local: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    taken_offset_s: Mapped[int | None]
    """Seconds ahead of UTC; null when the zone is not known."""
    taken_source: Mapped[str | None]
    """What said it: a field of the file, its name, or `user`."""
    exif: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    warnings: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default="[]")
    has_motion: Mapped[bool] = mapped_column(server_default="false")
    visibility: Mapped[str]
    state: Mapped[str]
    state_reason: Mapped[str | None]
    document: Mapped[str] = mapped_column(TSVECTOR, deferred=True)
    analyzer: Mapped[str] = mapped_column(server_default="", deferred=True)
    """Version of what made the document."""
    n: Mapped[int] = mapped_column(Identity(always=True), deferred=True)
    """A dense number, for the blocks of word search."""
    label_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", deferred=True)
    """The labels that are not rejected, and all they are kinds of: written with the document."""
    own_label_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", deferred=True)
    """The labels that are not rejected."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    deleted_at: Mapped[datetime | None]
    trashed_until: Mapped[datetime | None]
    """Of a deleted image: until when it can be restored. Null when it is on its way out, or was never in the trash."""
    damaged_at: Mapped[datetime | None]
    """When the original was found to be other bytes than were sent."""


class ImageLabel(Base):
    """One label of one image, with who gave it, and who confirmed or rejected it. `score` is 0..1."""

    __tablename__ = "image_labels"
    __table_args__ = (
        CheckConstraint("source IN ('model', 'user')", name="image_labels_source"),
        CheckConstraint("status IN ('suggested', 'confirmed', 'rejected')", name="image_labels_status"),
        Index("image_labels_label_id_score", "label_id", text("score DESC")),
    )

    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    label_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    score: Mapped[float] = mapped_column(Float)
    rank: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[str]
    model: Mapped[str | None]
    trained: Mapped[bool | None]
    status: Mapped[str]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("owners.id"))
    decided_at: Mapped[datetime | None]
