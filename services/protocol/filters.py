"""Filters that word search and search by example have alike: their types, and the labels that they name."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from pydantic import Field

from services.kit.http.problems import FieldError, UnprocessableContent
from services.kit.http.values import INTEGER_OF_TEXT, NO_NUL, Integer, Moment
from services.protocol.identifiers import OWNER, AnyCollection, AnyOwner
from services.vision.labels import UnknownLabelError

T = TypeVar("T")
Term = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Terms = Annotated[list[Term], Field(max_length=20)]
_Pixels = Annotated[Integer, Field(ge=0, le=100_000)]
Pixels = _Pixels | None
TextPixels = Annotated[_Pixels, INTEGER_OF_TEXT] | None
"""In a query, where a number is text."""
Owner = Annotated[AnyOwner | None, Field(description=OWNER)]
Collection = Annotated[AnyCollection | None, Field(description="One of your collections: its id, or `favorites`.")]
TakenAfter = Annotated[Moment | None, Field(description="Taken at this moment or later.")]
TakenBefore = Annotated[Moment | None, Field(description="Taken before this moment.")]
CreatedAfter = Annotated[Moment | None, Field(description="Uploaded at this moment or later.")]
CreatedBefore = Annotated[Moment | None, Field(description="Uploaded before this moment.")]
MIN_WIDTH = Field(description="Least width in pixels.")
MAX_WIDTH = Field(description="Greatest width in pixels.")
MIN_HEIGHT = Field(description="Least height in pixels.")
MAX_HEIGHT = Field(description="Greatest height in pixels.")


class UnknownLabel(UnprocessableContent):
    code = "unknown_label"


def labels_called(look_up: Callable[[str], T], label: str, pointer: str) -> T:
    """Give what the taxonomy's `look_up` finds for a label's id or name.

    Raises UnknownLabel, which points at the parameter `pointer`.
    """
    try:
        return look_up(label)
    except UnknownLabelError as error:
        message = f"There is no label {label!r}; GET /v1/labels?prefix=… completes."
        details = [FieldError(pointer=pointer, code=UnknownLabel.code, message=message)]
        raise UnknownLabel(message, errors=details) from error
