from datetime import datetime

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.similarity.tables.base import Base


class SpaceRoleRow(Base):
    """A part that a space plays, whichever index holds it: at most one is `promoted`, and answers; a `candidate` is
    being filled beside the one that answers, and never answers by itself.
    """

    __tablename__ = "space_marks"
    __table_args__ = (
        CheckConstraint("role IN ('promoted', 'candidate')", name="space_marks_role"),
        Index("space_marks_promoted", "role", unique=True, postgresql_where=text("role = 'promoted'")),
    )

    space: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    since: Mapped[datetime] = mapped_column(server_default=func.now())
