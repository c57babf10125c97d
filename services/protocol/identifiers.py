"""Ids that may also be a word; one type in the OpenAPI documents, as SDK generators want no union of strings."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import WithJsonSchema

_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

AnyCollection = Annotated[
    UUID | Literal["favorites"],
    WithJsonSchema({"type": "string", "pattern": f"^(favorites|{_UUID})$", "examples": ["favorites"]}),
]
AnyOwner = Annotated[
    UUID | Literal["me"], WithJsonSchema({"type": "string", "pattern": f"^(me|{_UUID})$", "examples": ["me"]})
]
