"""Ids that may also be a word; one type in the OpenAPI documents, as SDK generators want no union of strings."""

import re
import unicodedata
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

MOST_LETTERS = 100

_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

AnyCollection = Annotated[
    UUID | Literal["favorites"],
    WithJsonSchema({"type": "string", "pattern": f"^(favorites|{_UUID})$", "examples": ["favorites"]}),
]
ME = "me"
OWNER = "Only this user's images: `me`, a user's id, or a user's name in upper or lower case."
_UUID_SHAPED = re.compile("[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def folded_name(name: str) -> str:
    """Give the one form of a user's name: names differ by more than case."""
    return unicodedata.normalize("NFC", name).casefold()


def is_reserved(name: str) -> bool:
    """Whether a folded name means something else where a user is named: the caller, or an id."""
    return name == ME or _UUID_SHAPED.fullmatch(name) is not None


def _owner(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not 0 < len(value) <= MOST_LETTERS or "\0" in value:
        raise PydanticCustomError("owner", f"Input should be `me`, a user's id or name: 1 to {MOST_LETTERS} characters")
    name = folded_name(value)
    return UUID(name) if _UUID_SHAPED.fullmatch(name) else name


AnyOwner = Annotated[
    UUID | str,
    BeforeValidator(_owner),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MOST_LETTERS, "examples": [ME, "ada"]}),
]
"""A user: `me`, an id or, folded, a name."""
