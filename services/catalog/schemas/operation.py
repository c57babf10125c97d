from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.catalog.domain import ModelChoice, OperationRecord, OperationState
from services.catalog.schemas.image import ImageOwner


class OperationProgress(BaseModel):
    """Images. What is deleted while the operation runs leaves `total` at its end; what is uploaded is not counted."""

    done: int
    failed: int
    total: int


class OperationFailure(BaseModel):
    image_id: UUID
    reason: str


class OperationParameters(BaseModel):
    model: ModelChoice
    space: str | None = Field(
        description="The model space that is filled; null until a worker knows it, and with the active model.",
        examples=["inception_v3-0f1e2d3c4b5a"],
    )


class Operation(BaseModel):
    """Long work over the library: watch it, pause it, resume it, cancel it."""

    id: UUID
    kind: str = Field(examples=["reprocess"])
    state: OperationState
    progress: OperationProgress
    parameters: OperationParameters
    failures: list[OperationFailure] = Field(description="The first 20 images that could not be done.")
    error: str | None = Field(description="Why it failed, or what it waits for just now.")
    created_by: ImageOwner
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


class OperationPage(BaseModel):
    items: list[Operation]
    next_cursor: str | None


class LibraryReprocess(BaseModel):
    """What to label and embed the library with."""

    model_config = ConfigDict(extra="forbid")

    model: ModelChoice = Field(
        description="`active`: labels and vectors anew. `candidate`: the vectors of the second model, into its own "
        "space; labels stay, and searches are answered from the active space until the other is promoted."
    )


class SampledImage(BaseModel):
    id: UUID
    owner_id: UUID


class SampledImages(BaseModel):
    items: list[SampledImage]


def operation_out(record: OperationRecord) -> Operation:
    return Operation(
        id=record.id,
        kind=record.kind,
        state=record.state,
        progress=OperationProgress(done=record.done, failed=record.failed, total=record.total),
        parameters=OperationParameters.model_validate(record.parameters),
        failures=[OperationFailure(image_id=one.image_id, reason=one.reason) for one in record.failures],
        error=record.error,
        created_by=ImageOwner(id=record.created_by, name=record.created_by_name),
        created_at=record.created_at,
        updated_at=record.updated_at,
        finished_at=record.finished_at,
    )
