"""POST /v1/classify."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from services.classifier.handlers.content_coding import CompressedBodyInvalid
from services.classifier.handlers.request_bodies import received_image
from services.classifier.schemas.classification import Classification
from services.classifier.services.classification import ClassificationService
from services.classifier.services.errors import (
    DeadlineMissed,
    EngineFailed,
    InferenceBusy,
    InferenceStopped,
    ModelMissing,
    ModelNotFound,
    ModelNotReady,
)
from services.kit.http.openapi import needs
from services.kit.http.problems import ContentTooLarge, UnprocessableContent, problem_responses
from services.kit.http.strict import StrictRoute
from services.kit.http.uploads import MULTIPART, BodyIncomplete, BodyTooSlow, EmptyBody, content_type
from services.kit.http.values import INTEGER_OF_TEXT, NUMBER_OF_TEXT, Integer, Number
from services.protocol.image_bodies import RAW_IMAGE_BODY
from services.protocol.image_problems import IMAGE_PROBLEMS, IMAGE_TYPES, NotAnImageType

TOP_K = 5
MOST_LABELS = 50
MOST_NAME = 128

router = APIRouter(prefix="/v1", tags=["classification"], route_class=StrictRoute)


class ClassifyForm(BaseModel):
    """The image as a form's file."""

    file: bytes = Field(description="The image.", json_schema_extra={"type": "string", "format": "binary"})


async def get_classification(request: Request) -> ClassificationService:
    service: ClassificationService = request.app.state.classification
    return service


Service = Annotated[ClassificationService, Depends(get_classification)]
TopK = Annotated[
    Integer, Query(ge=1, le=MOST_LABELS, description="How many labels.", examples=[TOP_K]), INTEGER_OF_TEXT
]

MinScore = Annotated[
    Number, Query(ge=0, le=1, description="Only labels with this probability at least.", examples=[0.1]), NUMBER_OF_TEXT
]
Model = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=MOST_NAME,
        description="Which model, by name or space, where several are served (GET /v1/models); by default the one "
        "whose space answers searches.",
        examples=["efficientnet_lite2"],
    ),
]

_FORM = {
    "description": "The image as a form's file.",
    "required": True,
    "content": {MULTIPART: {"schema": {"$ref": f"#/components/schemas/{ClassifyForm.__name__}"}}},
}
_SAID = "100 MiB at most. Of an animation the first frame counts. Nothing is stored."
_REFUSALS = problem_responses(
    CompressedBodyInvalid,
    BodyIncomplete,
    BodyTooSlow,
    ContentTooLarge,
    *IMAGE_PROBLEMS,
    UnprocessableContent,
    EmptyBody,
    ModelNotFound,
    ModelMissing,
    ModelNotReady,
    InferenceBusy,
    DeadlineMissed,
    EngineFailed,
    InferenceStopped,
)


@router.post(
    "/classify",
    operation_id="classify_image",
    summary="Label an image without keeping it",
    description="Sends back the most probable of the model's labels. The image is the body, as "
    f"application/octet-stream or as what it is ({', '.join(IMAGE_TYPES)}); {_SAID} A form is taken here too, as "
    "`/v1/classify:upload` describes it.",
    responses=_REFUSALS,
    openapi_extra={**needs("classify", files=True), "requestBody": RAW_IMAGE_BODY},
)
async def classify_image(
    request: Request, service: Service, top_k: TopK = TOP_K, min_score: MinScore = 0.0, model: Model = None
) -> Classification:
    service.require_room(model)
    async with received_image(request) as image:
        return await service.classify(image, top_k=top_k, min_score=min_score)


@router.post(
    "/classify:upload",
    operation_id="classify_image_upload",
    summary="Label an image that comes as a form",
    description=f"As `/v1/classify`, for clients that send files as forms. {_SAID}",
    responses=_REFUSALS,
    openapi_extra={**needs("classify", files=True), "requestBody": _FORM},
)
async def classify_image_upload(
    request: Request, service: Service, top_k: TopK = TOP_K, min_score: MinScore = 0.0, model: Model = None
) -> Classification:
    service.require_room(model)
    if content_type(request) != MULTIPART:
        raise NotAnImageType(f"Send {MULTIPART} with the image as the part `file`; to POST /v1/classify, the bytes.")
    async with received_image(request) as image:
        return await service.classify(image, top_k=top_k, min_score=min_score)
