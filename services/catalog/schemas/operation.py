from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.catalog.domain import ModelChoice, OperationRecord, OperationState
from services.catalog.schemas.image import ImageOwner
from services.kit.http.pagination import NEXT_CURSOR
from services.kit.http.strict import RequestModel
from services.kit.http.values import Timestamp


class OperationProgress(BaseModel):
    """Images. What is deleted while the operation runs leaves `total` at its end; what is uploaded is not counted."""

    done: int = Field(description="Images that are done.")
    failed: int = Field(description="Images that could not be done.")
    total: int = Field(description="Images that there were at its beginning.")


class OperationFailure(BaseModel):
    """An image that could not be done."""

    image_id: UUID = Field(description="Which image.")
    reason: str = Field(description="Why not.")


class OperationParameters(BaseModel):
    """What an operation was asked for."""

    model: ModelChoice | None = Field(
        default=None, description="The model that labels and embeds; null where none has a part."
    )
    space: str | None = Field(
        description="The model space that is filled; null until a worker knows it, and with the active model.",
        examples=["inception_v3-0f1e2d3c4b5a"],
    )


class Operation(BaseModel):
    """Long work over the library: watch it, pause it, resume it, cancel it."""

    id: UUID = Field(description="Its id.")
    kind: str = Field(
        description="What it does: `reprocess`, `rerender`, or another one in later versions.", examples=["reprocess"]
    )
    state: OperationState = Field(description="How far it is.")
    progress: OperationProgress = Field(description="How many images it has done.")
    parameters: OperationParameters = Field(description="What it was asked for.")
    failures: list[OperationFailure] = Field(description="The first 20 images that could not be done.")
    error: str | None = Field(description="Why it failed, or what it waits for just now.")
    created_by: ImageOwner = Field(description="Who began it.")
    created_at: Timestamp = Field(description="When it was begun.")
    updated_at: Timestamp = Field(description="When it was last seen at work.")
    finished_at: Timestamp | None = Field(description="When it ended; null while it has not.")


class OperationPage(BaseModel):
    """A page of operations."""

    items: list[Operation] = Field(description="Newest first.")
    next_cursor: str | None = Field(description=NEXT_CURSOR)


class LibraryReprocess(RequestModel):
    """What to label and embed the library with."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"model": "active"}]})

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
