"""`python -m services.similarity.move`: copy vectors from one index to the other (docs/milvus.md)."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from asyncpg import PostgresError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from services.kit.postgres.database import Database, SchemaOutdated
from services.similarity.index import VectorIndex, VectorIndexError
from services.similarity.index.opening import MilvusNotInstalled, open_index
from services.similarity.index.pgvector.failures import mapped_failures
from services.similarity.index.settings import IndexKind, IndexSettings
from services.similarity.services.spaces.moving import Moved, Progress, SpaceMover, TooMuchToRemove

KINDS = tuple(kind.value for kind in IndexKind)
SAY_EVERY_S = 2.0

DESCRIPTION = """\
Copy the vectors of every model space, with all that filters need, from one index to the other. What is there already
and the same is left, what is no longer in the source is removed. It may be stopped and run again at any time.

It may run while the service works. Run it a last time while the similarity service is stopped; then set PICTOR_INDEX,
and start the service: nothing is lost, since the catalog waits and tells it again.

environment, as the similarity service has it:
  PICTOR_DATABASE_URL      the database of pgvector
  PICTOR_MILVUS_URI        and PICTOR_MILVUS_TOKEN, PICTOR_MILVUS_DATABASE where it has them"""


class MoveError(Exception):
    """Nothing can be moved; the message is a sentence for the operator."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Move; the exit status is 0 when both sides have the same number of points."""
    parser = argparse.ArgumentParser(
        prog="python -m services.similarity.move",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--to", choices=KINDS, required=True)
    parser.add_argument("--from", dest="source", choices=KINDS, help="the other one, by default")
    parser.add_argument("--space", metavar="ID", help="this model space alone")
    parser.add_argument("--force", action="store_true", help="also where most of the target would be removed")
    asked = parser.parse_args(arguments)
    source = asked.source or next(kind for kind in KINDS if kind != asked.to)
    try:
        if source == asked.to:
            raise MoveError(f"The vectors are in {source} already: --from and --to name the two indexes.")
        moved = asyncio.run(_move(source, asked.to, space=asked.space, force=asked.force))
    except KeyboardInterrupt:
        sys.stderr.write("pictor: Stopped. Run it again to go on.\n")
        return 130
    except (MoveError, TooMuchToRemove, MilvusNotInstalled, SchemaOutdated, VectorIndexError) as error:
        sys.stderr.write(f"pictor: {error}\n")
        return 1
    except ValidationError as error:
        wrong = ", ".join(f"PICTOR_{part['loc'][0]}".upper() for part in error.errors() if part["loc"])
        sys.stderr.write(f"pictor: The environment does not say where the indexes are: {wrong or error}.\n")
        return 1
    for one in moved:
        sys.stdout.write(_said(one))
    if all(one.complete for one in moved):
        return 0
    sys.stderr.write("pictor: The two sides differ: something was written meanwhile. Run it again.\n")
    return 1


async def _move(source: str, target: str, *, space: str | None, force: bool) -> list[Moved]:
    settings = IndexSettings()
    if not settings.milvus_uri:
        raise MoveError("PICTOR_MILVUS_URI says where Milvus is; it is not set.")
    async with AsyncExitStack() as stack:
        database = Database(settings)
        stack.push_async_callback(database.close)
        try:
            with mapped_failures():
                await database.require_schema(Path(__file__).parent / "migrations")
        except (DBAPIError, PostgresError) as error:  # at connecting the driver's own, else SQLAlchemy's
            raise MoveError(f"The database of PICTOR_DATABASE_URL refuses: {error}") from error
        opened = [open_index(IndexKind(kind), settings, database.engine) for kind in (source, target)]
        for one in opened:
            stack.push_async_callback(one.close)
        return await move_spaces(opened[0].index, opened[1].index, space=space, force=force)


async def move_spaces(
    source: VectorIndex, target: VectorIndex, *, space: str | None = None, force: bool = False
) -> list[Moved]:
    """One after the other, the oldest first: the order in which they were made is kept. Raises MoveError."""
    chosen = [one for one in reversed(await source.spaces()) if space in {None, one.id}]
    if not chosen:
        raise MoveError("There is nothing to move: no such space." if space else "There is nothing to move: no space.")
    mover = SpaceMover(source, target)
    return [await mover.move(one, _Teller(), force=force) for one in chosen]


class _Teller:
    """Says on stderr how far a space is, every two seconds, and at its end."""

    def __init__(self) -> None:
        self._began = self._said = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._said < SAY_EVERY_S and progress.done < progress.total:
            return
        self._said = now
        rate = progress.done / max(now - self._began, 1e-3)
        left = max(progress.total - progress.done, 0) / rate if rate else 0.0
        sys.stderr.write(
            f"{progress.space}: {progress.done:,} of {progress.total:,}, {rate:,.0f} a second, {left:.0f} s left\n"
        )


def _said(moved: Moved) -> str:
    return (
        f"{moved.space}: {moved.copied:,} copied, {moved.unchanged:,} there already, {moved.removed:,} removed; "
        f"{moved.source:,} where they come from, {moved.target:,} where they are now\n"
    )


if __name__ == "__main__":
    sys.exit(main())
