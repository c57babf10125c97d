"""Which pictures look alike, between hashes: however many images share one, it stands here once."""

from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.tables.base import Base

CHUNKS = (48, 32, 16, 0)
"""Where the four 16-bit chunks of a hash begin: storage/duplicates/perceptual_hashes.py searches by them."""


class PictureHash(Base):
    """A likeness that images have: their perceptual hash or, where that is `flat`, the beginning of their sha256.

    `compared` says that its pairs are in `hash_pairs`, and its images in `alike_images` if they have company.
    """

    __tablename__ = "picture_hashes"
    __table_args__ = (
        Index("picture_hashes_waiting", "hash", postgresql_where=text("NOT compared")),
        *(
            Index(
                f"picture_hashes_chunk_{number}",
                text(f"((hash >> {start}) & 65535)"),
                "hash",
                postgresql_where=text("NOT flat"),
            )
            for number, start in enumerate(CHUNKS)
        ),
    )

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    flat: Mapped[bool] = mapped_column(server_default=false())
    compared: Mapped[bool] = mapped_column(server_default=false())


class HashPair(Base):
    """Two hashes that differ in 1 to 8 bits; every pair stands here in both directions."""

    __tablename__ = "hash_pairs"

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    other: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    distance: Mapped[int] = mapped_column(SmallInteger)


class DuplicateCandidate(Base):
    """An image that had company when it was last looked at. There may be too many of them here, and never too few."""

    __tablename__ = "alike_images"

    image_id: Mapped[UUID] = mapped_column(primary_key=True)
