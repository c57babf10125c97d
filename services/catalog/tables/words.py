"""What word search keeps beside the images. Rows of the two tables without a key are only ever appended and taken away
in bulk, so that no two writers meet in them; triggers on `images` (migration 0002) append them."""

from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.catalog.tables.base import Base

SEARCH_CHANGES = Table(
    "search_changes", Base.metadata, Column("n", Integer, nullable=False), Index("search_changes_n", "n")
)
"""Numbers of the images that changed since their segment was compacted, or whose segment was not compacted yet."""

TERM_COUNT_LOG = Table(
    "term_deltas",
    Base.metadata,
    Column("scope", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("term", Text, nullable=False),
    Column("delta", Integer, nullable=False),
    Index("term_deltas_scope_kind", "scope", "kind"),
)
"""What is still to be added to `term_counts`."""


class SearchSegment(Base):
    """The searchable facts of a run of images by number, as of the moment of compaction. A version never changes."""

    __tablename__ = "search_blocks"

    segment: Mapped[int] = mapped_column("block", Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class TermCounter(Base):
    """How many images of a scope bear a term. The scope is UUID 0 for public images, else the owner of private ones;
    the kind is `label` (with what labels are kinds of), `own` (labels borne themselves), `tag` or `owner`."""

    __tablename__ = "term_counts"

    scope: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class TermScope(Base):
    """Every change to the counts of a scope makes a new version of it."""

    __tablename__ = "term_scopes"

    scope: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
