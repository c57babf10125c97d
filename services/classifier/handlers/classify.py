"""POST /v1/classify."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

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
from services.kit.http.uploads import MULTIPART, BodyIncomplete, BodyTooSlow, EmptyBody
from services.protocol.image_problems import IMAGE_PROBLEMS, IMAGE_TYPES

TOP_K = 5
MOST_LABELS = 50
MOST_NAME = 128

router = APIRouter(prefix="/v1", tags=["classification"])


class ClassifyForm(BaseModel):
    """The image as a form's file."""

    file: bytes


async def get_classification(request: Request) -> ClassificationService:
    service: ClassificationService = request.app.state.classification
    return service


Service = Annotated[ClassificationService, Depends(get_classification)]
TopK = Annotated[int, Query(ge=1, le=MOST_LABELS, description="How many labels.", examples=[TOP_K])]

MinScore = Annotated[
    float, Query(ge=0, le=1, description="Only labels with this probability at least.", examples=[0.1])
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

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "required": True,
    "content": {
        **dict.fromkeys(IMAGE_TYPES, _BINARY),
        MULTIPART: {"schema": {"$ref": f"#/components/schemas/{ClassifyForm.__name__}"}},
    },
}


@router.post(
    "/classify",
    operation_id="classify_image",
    summary="Label an image without keeping it",
    description="Sends back the most probable of the model's labels. The image is the body itself "
    f"({', '.join(IMAGE_TYPES)}) or the part `file` of a form; 25 MiB and 50 million pixels at most. Of an animation "
    "the first frame counts. Nothing is stored.",
    responses=problem_responses(
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
    ),
    openapi_extra={**needs("classify", files=True), "requestBody": _BODY},
)
async def classify_image(
    request: Request, service: Service, top_k: TopK = TOP_K, min_score: MinScore = 0.0, model: Model = None
) -> Classification:
    service.require_room(model)
    async with received_image(request) as image:
        return await service.classify(image, top_k=top_k, min_score=min_score)
