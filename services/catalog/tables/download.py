from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.tables.base import Base


class Download(Base):
    """Images that somebody is about to download together: for an hour, what its address stands for."""

    __tablename__ = "downloads"
    __table_args__ = (Index("downloads_owner_id_id", "owner_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("owners.id"))
    name: Mapped[str]
    image_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
