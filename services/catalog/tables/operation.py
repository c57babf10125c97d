from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.tables.base import Base


class Operation(Base):
    """Long work over the library, done by a worker that holds its lease.

    It walks the images by id: all up to `cursor` are done. While it is `following`, also after it succeeded, it goes on
    with images that come.
    """

    __tablename__ = "operations"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'paused', 'succeeded', 'failed', 'cancelled')", name="operations_state"),
        Index("operations_created_by_id", "created_by", "id"),
        Index(
            "operations_open",
            "kind",
            unique=True,
            postgresql_where=text("state IN ('running', 'paused')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    done: Mapped[int] = mapped_column(BigInteger, server_default="0")
    failed: Mapped[int] = mapped_column(BigInteger, server_default="0")
    total: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    error: Mapped[str | None]
    cursor: Mapped[UUID | None]
    following: Mapped[bool] = mapped_column(server_default="false")
    worker: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("owners.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    finished_at: Mapped[datetime | None]
