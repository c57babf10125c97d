from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.catalog.domain import CollectionRecord
from services.catalog.schemas.batch import AN_ID
from services.catalog.schemas.image import Description
from services.kit.http.etags import EditableModel
from services.kit.http.pagination import NEXT_CURSOR
from services.kit.http.problems import Problem
from services.kit.http.strict import RequestModel
from services.kit.http.values import NO_NUL, Timestamp, absent

CollectionName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)]


class CollectionKind(StrEnum):
    """The collection that everyone has, or one that a user made."""

    FAVORITES = "favorites"
    USER = "user"


class Collection(EditableModel):
    """A set of images, its owner's alone. Several may have one name: the id tells them apart."""

    edited_fields = ("name", "description")

    id: UUID = Field(description="Its id.")
    kind: CollectionKind = Field(description="Whether it is the one that everyone has.")
    name: str = Field(description="What it is called.", examples=["Holidays"])
    description: str = Field(description="What its owner says of it; may be empty.")
    image_count: int = Field(description="How many images it has that you may see.")
    created_at: Timestamp = Field(description="When it was made.")
    updated_at: Timestamp = Field(
        description="When it was last renamed or described, or an image came or went, or was hidden or shown."
    )


class CollectionPage(BaseModel):
    """A page of collections."""

    items: list[Collection] = Field(description="Newest first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class CollectionCreate(RequestModel):
    """A collection to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Holidays"}]})

    name: CollectionName = Field(description="What it is called.", examples=["Holidays"])
    description: Description = Field(default="", description="What is to be said of it.")


class CollectionMembers(RequestModel):
    """Images to put into a collection, or to take out of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [AN_ID]}]})

    ids: list[UUID] = Field(min_length=1, max_length=500, description="Which images.")


class MembershipResult(BaseModel):
    """What became of one image."""

    id: UUID = Field(description="Which image.")
    status: int = Field(description="What the request for this image alone would have answered.", examples=[204])
    changed: bool = Field(description="Whether it went in, or out, by this request; false when nothing was to do.")
    problem: Problem | None = Field(default=None, description="Why not; null when it is as asked.")


class MembershipResults(BaseModel):
    """What became of each image."""

    items: list[MembershipResult] = Field(description="In the order asked.")


class CollectionChange(RequestModel):
    """What to change; what is absent stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"description": "By the sea."}]})

    name: CollectionName = Field(default_factory=absent, description="What it is called. Not null.")
    description: Description | None = Field(default=None, description="What is to be said of it. null: nothing.")

    def values(self) -> dict[str, str]:
        """Give what is to be changed; null has become empty."""
        return {name: value or "" for name, value in self.model_dump(exclude_unset=True).items()}


def collection_out(record: CollectionRecord) -> Collection:
    return Collection.model_validate(record, from_attributes=True)
