from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain import DuplicateGroup, DuplicateKind
from services.catalog.schemas.image import Image, image_out
from services.kit.http.pagination import NEXT_CURSOR
from services.vision.labels import Taxonomy


class Duplicates(BaseModel):
    """Copies of one picture among the images that you may see."""

    id: UUID = Field(description="Id of the newest image of the group.")
    kind: DuplicateKind = Field(
        description="`exact`: all have the same bytes, or the same perceptual hash and size in pixels. `near`: not all."
    )
    size: int = Field(ge=2, description="How many images the group has.")
    images: list[Image] = Field(description="The largest picture first, then the oldest; 100 at the most.")


class DuplicatesPage(BaseModel):
    """A page of groups."""

    items: list[Duplicates] = Field(description="The group with the newest image first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)
    complete: bool = Field(
        description="False while new images are still being compared with the others: ask again later."
    )


def duplicates_out(group: DuplicateGroup, taxonomy: Taxonomy) -> Duplicates:
    images = [image_out(image, taxonomy) for image in group.images]
    return Duplicates(id=group.newest, kind=group.kind, size=group.size, images=images)
