"""Values of wire models that every service writes alike in its OpenAPI document."""

from datetime import UTC, datetime
from enum import IntEnum
from typing import Annotated, Any

from pydantic import AfterValidator, GetJsonSchemaHandler
from pydantic_core import CoreSchema


def _with_zone(moment: datetime) -> datetime:
    """Python's first and last moment are infinite ones to Postgres, which gives them back without a zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Timestamp = Annotated[datetime, AfterValidator(_with_zone)]
"""A moment in an answer: RFC 3339, always with its zone."""


class NamedIntEnum(IntEnum):
    """An enumeration of numbers whose members SDK generators name as we do."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler(schema)
        handler.resolve_ref_schema(described)["x-enum-varnames"] = [member.name for member in cls]
        return described
