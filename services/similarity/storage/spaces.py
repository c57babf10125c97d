"""The registry of spaces. Functions of a connection: the index decides what belongs to one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.kit.postgres.locks import lock_until_commit
from services.similarity.storage.advisory_locks import SimilarityLock
from services.similarity.tables import SpaceRow

COLUMNS = (
    SpaceRow.id,
    SpaceRow.slot,
    SpaceRow.dimension,
    SpaceRow.trained,
    SpaceRow.centring,
    SpaceRow.centred_on,
    SpaceRow.has_cosine_index,
    SpaceRow.created_at,
)


@dataclass(frozen=True)
class SpaceRecord:
    """A row of the registry."""

    id: str
    slot: int
    dimension: int
    trained: bool | None
    centring: int
    centred_on: int
    has_cosine_index: bool
    created_at: datetime


async def get(
    connection: AsyncConnection, space: str, *, settings: Mapping[str, str] | None = None
) -> SpaceRecord | None:
    """The space, or None. `settings` are made for this transaction on the way, to save a round trip.

    Their values are SQL expressions over the row, and go into the statement as they are: never a caller's words.
    """
    made = "".join(f", set_config('{name}', {value}, true)" for name, value in (settings or {}).items())
    names = ", ".join(column.key for column in COLUMNS)
    statement = f"SELECT {names}{made} FROM spaces WHERE id = :id"  # noqa: S608 - see above
    row = (await connection.execute(text(statement), {"id": space})).first()
    return None if row is None else _record(row)


async def get_all(connection: AsyncConnection) -> list[SpaceRecord]:
    """Newest first."""
    rows = await connection.execute(select(*COLUMNS).order_by(SpaceRow.slot.desc()))
    return [_record(row) for row in rows]


async def lock_registry(connection: AsyncConnection) -> None:
    """Let one transaction at a time add or remove spaces."""
    await connection.execute(lock_until_commit(SimilarityLock.REGISTER))


async def add(connection: AsyncConnection, space: str, *, dimension: int, trained: bool | None) -> SpaceRecord:
    values = {"id": space, "dimension": dimension, "trained": trained}
    row = (await connection.execute(insert(SpaceRow).values(values).returning(*COLUMNS))).one()
    return _record(row)


async def change(connection: AsyncConnection, slot: int, **values: object) -> None:
    await connection.execute(update(SpaceRow).where(SpaceRow.slot == slot).values(**values))


async def remove(connection: AsyncConnection, slot: int) -> None:
    await connection.execute(delete(SpaceRow).where(SpaceRow.slot == slot))


def _record(row: Sequence[Any]) -> SpaceRecord:
    return SpaceRecord(*row[: len(COLUMNS)])
