"""Lists: a bounded page and an opaque cursor that fits only the filters it was made with."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator

from services.kit.http.problems import InvalidCursor
from services.kit.http.values import INTEGER_OF_TEXT, Integer

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
MAX_CURSOR = 2048
NOT_OURS = "The cursor is not one of ours; start again without it."
NEXT_CURSOR = "Give it back as `cursor` for the next page; null at the end."

Limit = Annotated[
    Integer,
    Query(ge=1, description=f"Items a page; more than {MAX_LIMIT} is taken as {MAX_LIMIT}."),
    INTEGER_OF_TEXT,
    AfterValidator(lambda limit: min(limit, MAX_LIMIT)),
]
Cursor = Annotated[
    str | None,
    Query(min_length=1, max_length=MAX_CURSOR, description="`next_cursor` of the page before; absent for the first."),
]


def fingerprint(filters: object) -> str:
    """Digest of the filters, so that a cursor is refused with others."""
    canonical = json.dumps(filters, sort_keys=True, default=_plain)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    """Sets have no order of their own, and another one in each process."""
    return sorted(value, key=str) if isinstance(value, set | frozenset) else str(value)


def encode_cursor(position: list[Any], filters: object) -> str:
    """`position` holds the sort values of the page's last item: JSON values, ids and moments."""
    raw = json.dumps([fingerprint(filters), *position], separators=(",", ":"), default=str).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(cursor: str, filters: object, kinds: tuple[type, ...]) -> list[Any]:
    """Give back the position, or raise InvalidCursor: garbage, other filters, or other `kinds` of values."""
    try:
        decoded = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        found, *position = decoded
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidCursor(NOT_OURS) from error
    if found != fingerprint(filters):
        raise InvalidCursor("The cursor was made with other filters; start again without it.")
    try:
        return [_read(value, kind) for value, kind in zip(position, kinds, strict=True)]
    except (ValueError, OverflowError) as error:
        raise InvalidCursor(NOT_OURS) from error


def _read(value: Any, kind: type) -> Any:  # noqa: ANN401 - what a cursor holds
    """Give a value as its kind. Raises ValueError and OverflowError."""
    if kind is UUID and isinstance(value, str):
        return UUID(value)
    if kind is datetime and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} is no {kind.__name__}")
