from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.catalog.domain import CollectionRecord
from services.catalog.schemas.image import Description
from services.catalog.schemas.values import NO_NUL

CollectionName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)]


class Collection(BaseModel):
    """A set of images, its owner's alone."""

    id: UUID
    kind: Literal["favorites", "user"]
    name: str = Field(examples=["Holidays"])
    description: str
    image_count: int
    created_at: datetime
    updated_at: datetime


class CollectionPage(BaseModel):
    items: list[Collection]
    next_cursor: str | None


class CollectionCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: CollectionName = Field(examples=["Holidays"])
    description: Description = ""


class CollectionChange(BaseModel):
    """What to change; what is absent stays."""

    model_config = ConfigDict(extra="forbid")

    name: CollectionName | None = None
    description: Description | None = None


def collection_out(record: CollectionRecord) -> Collection:
    return Collection.model_validate(record, from_attributes=True)
