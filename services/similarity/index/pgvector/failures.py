"""Errors of the driver, mapped to the port's once."""

from types import TracebackType

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.kit.postgres.database import UNREACHABLE
from services.similarity.index.errors import IndexTimeout, IndexUnavailable

GONE = frozenset({"42883", "42P01", "42704", "XX000"})
"""Undefined function, table, object; and a look-up of one that has just gone."""
UNDEFINED = "42"
TIMEOUTS = frozenset({"57014", "55P03"})
"""Of a statement, of waiting for a lock."""


def sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


class mapped_failures:  # noqa: N801 - used like a function
    """Context manager: a store that is away or too slow raises IndexUnavailable, IndexTimeout."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if isinstance(error, DBAPIError):
            if sqlstate(error) in TIMEOUTS:
                raise IndexTimeout("The search took longer than it may; narrow it, or try again.") from error
            if sqlstate(error).startswith(UNDEFINED):
                raise IndexUnavailable("The index is being changed; try again shortly.") from error
            if error.connection_invalidated or sqlstate(error) in UNREACHABLE:
                raise IndexUnavailable("The connection to the index broke; try again.") from error
        elif isinstance(error, TimeoutError):  # the driver's own; Python counts it among OSError
            raise IndexTimeout("The index did not answer in time; try again shortly.") from error
        elif isinstance(error, OSError | PoolTimeout):
            raise IndexUnavailable("The index does not answer; try again shortly.") from error
