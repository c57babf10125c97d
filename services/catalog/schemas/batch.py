from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.catalog.schemas.image import Image, ImageChange
from services.catalog.schemas.label import Tags
from services.catalog.services.images import batches
from services.kit.http.problems import Problem
from services.kit.http.strict import RequestModel
from services.kit.http.values import NO_NUL, absent

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$", to_lower=True)]


AN_ID = "0197a3c0-0000-7000-8000-000000000000"


class ImagesCheck(RequestModel):
    """Bytes that you might send."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"sha256": ["0" * 64]}]})

    sha256: list[Digest] = Field(min_length=1, max_length=1000, description="SHA-256 of the bytes, in hex.")


class CheckedDigest(BaseModel):
    """Whether one has bytes already."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="As asked, in lower case.")
    image_id: UUID | None = Field(description="Your image with these bytes; null when you have none.")


class CheckedDigests(BaseModel):
    """Which bytes you have already."""

    items: list[CheckedDigest] = Field(description="In the order asked.")


class ImageUpdate(ImageChange):
    """What to change of one image; what is absent stays. Tags: the whole list, then those to add, then to remove."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": AN_ID, "add_tags": ["beach"]}]})

    id: UUID = Field(description="Which image.")
    add_tags: Tags = Field(default_factory=list, description="Tags to add to those it has.")
    remove_tags: Tags = Field(default_factory=list, description="Tags to take away.")
    if_match: Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)] = Field(
        default_factory=absent,
        description="An ETag of the image as you know it: it is changed only if nobody edited it since.",
    )

    def update(self) -> batches.ImageUpdate:
        return batches.ImageUpdate(self.id, self.values(), self.add_tags, self.remove_tags, self.if_match)


class ImageUpdates(RequestModel):
    """Changes of many images."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"updates": [{"id": AN_ID, "add_tags": ["beach"]}]}]})

    updates: list[ImageUpdate] = Field(
        min_length=1, max_length=500, description="Done in this order; an image may be named several times."
    )


class ImageUpdateResult(BaseModel):
    """What became of one update: the image as that update left it, or why not."""

    id: UUID = Field(description="Which image.")
    status: int = Field(description="What PATCH would have answered.", examples=[200])
    image: Image | None = Field(default=None, description="The image as this update left it; null when it did not.")
    problem: Problem | None = Field(default=None, description="Why not; null when it was updated.")


class ImageDeletes(RequestModel):
    """Images to delete."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [AN_ID]}]})

    ids: list[UUID] = Field(min_length=1, max_length=500, description="The images to delete, all of them your own.")
    permanent: bool = Field(default=False, description="For good, past the trash: they cannot be restored.")


class ImageDeleteResult(BaseModel):
    """What became of one image."""

    id: UUID = Field(description="Which image.")
    status: int = Field(description="What DELETE would have answered.", examples=[204])
    problem: Problem | None = Field(default=None, description="Why not; null when it was deleted.")


class ImageDeleteResults(BaseModel):
    """What became of each image."""

    items: list[ImageDeleteResult] = Field(description="In the order asked.")


class ImageUpdateResults(BaseModel):
    """What became of each update."""

    items: list[ImageUpdateResult] = Field(description="In the order of the updates.")
