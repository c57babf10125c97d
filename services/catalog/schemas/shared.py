from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain import ImageRecord
from services.catalog.schemas.image import Rotation
from services.kit.http.pagination import NEXT_CURSOR


class SharedCollection(BaseModel):
    """A collection as visitors with a share link see it."""

    name: str = Field(description="What it is called.", examples=["Holidays"])
    description: str = Field(description="What its owner says of it; may be empty.")
    image_count: int = Field(description="How many images are shared.")
    allow_download: bool = Field(description="Whether the originals may be downloaded.")


class SharedImage(BaseModel):
    """An image as visitors see it: nothing of its owner, and of what is said of it what the link shows."""

    id: UUID = Field(description="Its id.")
    width: int = Field(description="Pixels, upright, before `rotation`.")
    height: int = Field(description="Pixels, upright, before `rotation`.")
    rotation: Rotation = Field(description="Degrees clockwise, applied to the variants.")
    title: str = Field(description="What it is called; empty when the link does not show it.")
    description: str = Field(description="What its owner says of it; empty when the link does not show it.")
    tags: list[str] = Field(description="Its owner's words for it; none when the link does not show them.")


class SharedImagePage(BaseModel):
    """A page of shared images."""

    items: list[SharedImage] = Field(description="Last added first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


def shared_image(record: ImageRecord, fields: frozenset[str]) -> SharedImage:
    return SharedImage(
        id=record.id,
        width=record.width,
        height=record.height,
        rotation=Rotation(record.rotation),
        title=record.title if "title" in fields else "",
        description=record.description if "description" in fields else "",
        tags=list(record.tags) if "tags" in fields else [],
    )
