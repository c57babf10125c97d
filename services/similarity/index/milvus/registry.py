"""The registry of spaces: a small collection beside theirs.

It is in Milvus, and not in the service's database, so that the index is one thing: what is there is there with its
name, whoever asks, and a copy or a restored backup of Milvus needs nothing else. A collection's own description would
do but for `trained`, which is filled in later, and which not every Milvus lets one change. A space is there when its
collection is: the registry only says what the collection cannot. So of two that make a space at once one wins, and
what is left of a making or a dropping that was cut off in the middle is mended by the next.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.similarity.index.errors import UnknownSpace, WrongDimension
from services.similarity.index.milvus.collections import (
    MAX_SPACE_NAME,
    REGISTER,
    points_collection,
    points_definition,
    register_definition,
)
from services.similarity.index.milvus.failures import Gone
from services.similarity.index.milvus.filters import quoted
from services.similarity.index.milvus.session import Row, Session

FIELDS = ["id", "dimension", "trained", "created_us"]
MAX_SPACES = 16_384
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNKNOWN = -1


@dataclass(frozen=True)
class SpaceRow:
    id: str
    dimension: int
    trained: bool | None
    created_us: int

    @property
    def collection(self) -> str:
        return points_collection(self.id)

    @property
    def created_at(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.created_us)


def get(session: Session, space: str) -> SpaceRow:
    """Raises UnknownSpace."""
    found = _find(session, space)
    if found is None:
        raise UnknownSpace(space)
    return found


def get_all(session: Session) -> list[SpaceRow]:
    """Newest first; only those whose collections are there."""
    there = session.names()
    found = [row for row in _rows(session, "", limit=MAX_SPACES) if row.collection in there]
    return sorted(found, key=lambda row: (row.created_us, row.id), reverse=True)


def ensure(session: Session, space: str, dimension: int, *, trained: bool | None) -> None:
    """Make the space unless it is there; raises WrongDimension. Not for two in one process at once."""
    if len(space.encode()) > MAX_SPACE_NAME:
        raise ValueError(f"a space's name has at most {MAX_SPACE_NAME} bytes")
    collection = points_collection(space)
    row = _find(session, space) if collection in session.names() else None
    if row is None:
        session.ensure(REGISTER, register_definition())
        session.ensure(collection, points_definition(dimension, session.options))
        known, created_us, said = session.dimension(collection), time.time_ns() // 1000, None
    else:
        known, created_us, said = row.dimension, row.created_us, row.trained
    if known != dimension:
        raise WrongDimension(space, wanted=known, given=dimension)
    if row is None or (said is None and trained is not None):
        _write(session, space, dimension=dimension, trained=trained if said is None else said, created_us=created_us)


def drop(session: Session, space: str) -> None:
    """The collection first: without it the space is gone, whatever the registry says."""
    session.drop(points_collection(space))
    if REGISTER in session.names():
        session.delete(REGISTER, [space])


def _find(session: Session, space: str) -> SpaceRow | None:
    return next(iter(_rows(session, f"id == {quoted(space)}", limit=1)), None)


def _write(session: Session, space: str, *, dimension: int, trained: bool | None, created_us: int) -> None:
    row = {
        "id": space,
        "dimension": dimension,
        "trained": _UNKNOWN if trained is None else int(trained),
        "created_us": created_us,
        "nothing": [1.0, 0.0],
    }
    session.upsert(REGISTER, [row])


def _rows(session: Session, expression: str, *, limit: int) -> list[SpaceRow]:
    """Nothing where there is no registry yet."""
    try:
        rows = session.rows(REGISTER, expression, fields=FIELDS, limit=limit)
    except Gone:
        return []
    return [_space_row(row) for row in rows]


def _space_row(row: Row) -> SpaceRow:
    trained = None if row["trained"] == _UNKNOWN else bool(row["trained"])
    return SpaceRow(row["id"], row["dimension"], trained, row["created_us"])
