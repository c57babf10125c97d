"""Values that every service reads and writes alike: whole numbers, numbers, yes or no, moments, named numbers.

In the query and in forms everything is text, in JSON a number is a number: the types whose names begin with `Text` are
for the query and for forms, the others for JSON.
"""

import re
from datetime import UTC, datetime
from enum import IntEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AllowInfNan,
    AwareDatetime,
    BeforeValidator,
    GetJsonSchemaHandler,
    Strict,
    WrapValidator,
)
from pydantic_core import CoreSchema, PydanticCustomError

NO_NUL = r"^[^\x00]*$"
"""Pattern of text that Postgres keeps: any character but NUL."""
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,99})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,30})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_BOOLEANS = {"true": True, "false": False, "True": True, "False": False}
"""As JSON writes them, and as Python does: its generated clients and `requests` send those."""


def _integer(value: Any) -> Any:  # noqa: ANN401 - what comes from outside
    if not isinstance(value, str):
        return value
    if not _INTEGER.fullmatch(value):
        raise PydanticCustomError("int_parsing", "Input should be a whole number in digits, such as 5")
    return int(value)


def _number(value: Any) -> Any:  # noqa: ANN401 - what comes from outside
    if not isinstance(value, str):
        return value
    if not _NUMBER.fullmatch(value):
        raise PydanticCustomError("float_parsing", "Input should be a number, such as 0.5")
    return float(value)


def _boolean(value: Any) -> Any:  # noqa: ANN401 - what comes from outside
    if not isinstance(value, str):
        return value
    if value not in _BOOLEANS:
        raise PydanticCustomError("bool_parsing", "Input should be true or false")
    return _BOOLEANS[value]


def _in_utc(value: Any, validate: Any) -> datetime:  # noqa: ANN401 - what comes from outside, and pydantic's handler
    if not isinstance(value, datetime) and not (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        hint = "; in a query, + is %2B" if isinstance(value, str) and " " in value else ""
        raise PydanticCustomError(
            "rfc_3339", f"Input should be a time with its zone, such as 2026-01-31T12:00:00Z{hint}"
        )
    try:
        moment: datetime = validate(value).astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("rfc_3339", "Input should be in the years 1 to 9999 of UTC") from error
    return moment


def _with_zone(moment: datetime) -> datetime:
    """Python's first and last moment are infinite ones to Postgres, which gives them back without a zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Integer = Annotated[int, Strict()]
Number = Annotated[float, Strict(), AllowInfNan(False)]
Boolean = Annotated[bool, Strict()]
INTEGER_OF_TEXT = BeforeValidator(_integer)
NUMBER_OF_TEXT = BeforeValidator(_number)
BOOLEAN_OF_TEXT = BeforeValidator(_boolean)
"""Behind the bounds in an Annotated type: bounds that come later are lost in the OpenAPI document."""
TextInteger = Annotated[Integer, INTEGER_OF_TEXT]
TextNumber = Annotated[Number, NUMBER_OF_TEXT]
TextBoolean = Annotated[Boolean, BOOLEAN_OF_TEXT]
Moment = Annotated[AwareDatetime, WrapValidator(_in_utc)]
"""A time as RFC 3339 writes it, with its zone; in UTC."""

Timestamp = Annotated[datetime, AfterValidator(_with_zone)]
"""A moment in an answer: RFC 3339, always with its zone."""


class NamedIntEnum(IntEnum):
    """An enumeration of numbers whose names the OpenAPI document tells too."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler(schema)
        handler.resolve_ref_schema(described)["x-enum-varnames"] = [member.name for member in cls]
        return described


def whole(value: object) -> object:
    """Refuse what pydantic takes for a member of an enumeration of numbers: false, 90.0, "90"."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticCustomError("int_type", "Input should be a whole number")
    return value


def absent() -> Any:  # noqa: ANN401 - stands in the place of any type
    """Default of a field that may be left out and must not be null: `Field(default_factory=absent)`."""
    return None
