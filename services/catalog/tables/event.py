"""What changed, for those who follow. Triggers (migration 0013) write the inbox in the transaction of the change; who
holds the lock numbers what is in it. A reader sees numbered events alone: see docs/adr/0024."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, func
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.tables.base import Base


class EventInbox(Base):
    """A change as its transaction tells it. `transaction` joins what one transaction says twice."""

    __tablename__ = "event_inbox"
    __table_args__ = (CheckConstraint("audience IN ('all', 'owner', 'others')", name="event_inbox_audience"),)

    n: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    transaction: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    audience: Mapped[str]


class Event(Base):
    """A numbered change. The newest stays, however old it is: so the numbers go on, and who has read it is current."""

    __tablename__ = "events"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    audience: Mapped[str]
