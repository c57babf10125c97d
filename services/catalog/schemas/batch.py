from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.catalog.schemas.image import Image, ImageChange, Tags
from services.catalog.schemas.values import NO_NUL
from services.kit.http.problems import Problem

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$", to_lower=True)]


class ImagesCheck(BaseModel):
    """Bytes that you might send."""

    model_config = ConfigDict(extra="forbid")

    sha256: list[Digest] = Field(min_length=1, max_length=1000, description="SHA-256 of the bytes, in hex.")


class CheckedDigest(BaseModel):
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    image_id: UUID | None = Field(description="Your image with these bytes; null when you have none.")


class CheckedDigests(BaseModel):
    items: list[CheckedDigest] = Field(description="In the order asked.")


class ImageUpdate(ImageChange):
    """What to change of one image; what is absent stays. Tags: the whole list, then those to add, then to remove."""

    id: UUID
    add_tags: Tags = Field(default=[])
    remove_tags: Tags = Field(default=[])
    if_match: Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)] | None = Field(
        default=None, description="The ETag of the image as you know it: it is changed only if it is still that."
    )


class ImageUpdates(BaseModel):
    model_config = ConfigDict(extra="forbid")

    updates: list[ImageUpdate] = Field(
        min_length=1, max_length=500, description="Done in this order; an image may be named several times."
    )


class ImageUpdateResult(BaseModel):
    """What became of one update: the image as that update left it, or why not."""

    id: UUID
    status: int = Field(description="What PATCH would have answered.", examples=[200])
    image: Image | None
    problem: Problem | None


class ImageDeletes(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] = Field(min_length=1, max_length=500, description="The images to delete, all of them your own.")


class ImageDeleteResult(BaseModel):
    """What became of one image."""

    id: UUID
    status: int = Field(description="What DELETE would have answered.", examples=[204])
    problem: Problem | None


class ImageDeleteResults(BaseModel):
    items: list[ImageDeleteResult] = Field(description="In the order asked.")


class ImageUpdateResults(BaseModel):
    items: list[ImageUpdateResult] = Field(description="In the order of the updates.")
