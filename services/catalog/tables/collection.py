from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.tables.base import Base


class Collection(Base):
    """A named set of images of one user. `kind` is `favorites` for the one that everybody has, else `user`."""

    __tablename__ = "collections"
    __table_args__ = (
        Index("collections_owner_id_id", "owner_id", "id"),
        Index("collections_favorites", "owner_id", unique=True, postgresql_where=text("kind = 'favorites'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("owners.id"))
    kind: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class CollectionImage(Base):
    __tablename__ = "collection_images"
    __table_args__ = (Index("collection_images_image_id", "image_id"),)

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True)
    image_id: Mapped[UUID] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
