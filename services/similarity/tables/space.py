from datetime import datetime

from sqlalchemy import Identity, func
from sqlalchemy.orm import Mapped, mapped_column

from services.similarity.tables.base import Base


class SpaceRow(Base):
    """A model space. Its points are in the table `points_<slot>`.

    `centring` counts the means that its sign bits were taken from: those about the present one are in the table
    `signs_<slot>_<centring>`, 0 means that there is none. `centred_on` is how many vectors that mean was taken over.
    """

    __tablename__ = "spaces"

    id: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(Identity(always=True), unique=True)
    dimension: Mapped[int]
    trained: Mapped[bool | None]
    centring: Mapped[int] = mapped_column(server_default="0")
    centred_on: Mapped[int] = mapped_column(server_default="0")
    has_cosine_index: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
