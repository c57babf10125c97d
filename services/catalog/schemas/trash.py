from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.catalog.domain import trash
from services.catalog.services.images.trash import Restored
from services.kit.http.pagination import NEXT_CURSOR
from services.kit.http.problems import Problem, problem_of
from services.kit.http.strict import RequestModel
from services.kit.http.values import Timestamp, absent

AN_ID = "0197a3c0-0000-7000-8000-000000000000"


class TrashedImage(BaseModel):
    """A deleted image that can be restored. Its bytes and labels are read once it is."""

    id: UUID = Field(description="Which image.")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="Of the original.")
    title: str = Field(description="What it is called.")
    file_name: str | None = Field(description="The name under which the original was sent.")
    media_type: str = Field(description="Of the original, as its bytes say.", examples=["image/jpeg"])
    bytes: int = Field(description="Size of the original.")
    width: int = Field(description="In pixels, upright.")
    height: int = Field(description="In pixels, upright.")
    created_at: Timestamp = Field(description="When it was sent.")
    deleted_at: Timestamp = Field(description="When it was deleted.")
    trashed_until: Timestamp = Field(description="From then on it cannot be restored.")


class TrashPage(BaseModel):
    """A page of the trash."""

    items: list[TrashedImage] = Field(description="Last deleted first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class TrashSelection(RequestModel):
    """Which of your images in the trash: some, or all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [AN_ID]}]})

    ids: list[UUID] = Field(
        default_factory=absent,
        min_length=1,
        max_length=500,
        description="These. Without it, all that are in the trash.",
    )

    @property
    def chosen(self) -> list[UUID] | None:
        return self.ids if "ids" in self.model_fields_set else None


class ImageRestoreResult(BaseModel):
    """What became of one image."""

    id: UUID = Field(description="Which image.")
    status: int = Field(description="200 when it was restored.", examples=[200])
    problem: Problem | None = Field(default=None, description="Why not; null when it was restored.")


class ImageRestoreResults(BaseModel):
    """What became of each image."""

    items: list[ImageRestoreResult] = Field(description="In the order asked.")
    remaining: int = Field(description="Images that are in the trash still.")


class EmptiedTrash(BaseModel):
    """What was taken out of the trash."""

    count: int = Field(description="Images that are gone for good.")


def trashed_image(image: trash.TrashedImage) -> TrashedImage:
    return TrashedImage.model_validate(image, from_attributes=True)


def restore_results(restored: Restored) -> ImageRestoreResults:
    return ImageRestoreResults(
        items=[
            ImageRestoreResult(
                id=image_id,
                status=error.status if error else 200,
                problem=problem_of(f"/v1/images/{image_id}", error) if error else None,
            )
            for image_id, error in restored.outcomes
        ],
        remaining=restored.left,
    )
