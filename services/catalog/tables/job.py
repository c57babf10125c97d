from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.tables.base import Base


class Job(Base):
    """Work that the worker owes an image. A row is there as long as the work is; done means gone.

    `queued` (from `run_after` on) → `leased` (until `leased_until`, then anyone may take it) → gone, or after too many
    tries `parked` for a person to look at.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("kind IN ('ingest', 'sync', 'purge')", name="jobs_kind"),
        CheckConstraint("state IN ('queued', 'leased', 'parked')", name="jobs_state"),
        Index("jobs_queued", "kind", "image_id", unique=True, postgresql_where=text("state = 'queued'")),
        Index("jobs_due", "run_after", postgresql_where=text("state = 'queued'")),
        Index("jobs_leased", "leased_until", postgresql_where=text("state = 'leased'")),
        Index("jobs_image_id", "image_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    image_id: Mapped[UUID]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(SmallInteger)
    run_after: Mapped[datetime] = mapped_column(server_default=func.now())
    leased_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
