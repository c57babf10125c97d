"""The Open Inference Protocol, version 2: health, metadata and inference, for clients of any server that speaks it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import Field

from services import __version__
from services.classifier.handlers.content_coding import CompressedBodyInvalid, packed
from services.classifier.handlers.request_bodies import whole_body
from services.classifier.schemas.inference import (
    InferRequest,
    InferResponse,
    ModelMetadata,
    ModelReady,
    ServerLive,
    ServerMetadata,
    ServerReady,
)
from services.classifier.services.errors import (
    DeadlineMissed,
    EngineFailed,
    InferenceBusy,
    InferenceStopped,
    MalformedInference,
    ModelMissing,
    ModelNotFound,
    ModelNotReady,
)
from services.classifier.services.open_inference import OpenInferenceService
from services.kit.http.openapi import needs, open_to_all
from services.kit.http.problems import ContentTooLarge, UnsupportedMediaType, problem_responses
from services.kit.http.strict import StrictRoute
from services.kit.http.uploads import BodyIncomplete, BodyTooSlow
from services.kit.http.values import INTEGER_OF_TEXT, Integer
from services.protocol.tensors import BINARY_EXTENSION, BINARY_TYPE, HEADER_LENGTH

EXTENSIONS = [BINARY_EXTENSION, "schedule_policy", "model_configuration", "statistics"]

router = APIRouter(prefix="/v2", tags=["open inference protocol"], route_class=StrictRoute)


async def get_open_inference(request: Request) -> OpenInferenceService:
    service: OpenInferenceService = request.app.state.open_inference
    return service


Service = Annotated[OpenInferenceService, Depends(get_open_inference)]
HeaderLength = Annotated[
    Annotated[Integer, Field(ge=0), INTEGER_OF_TEXT] | None,
    Header(
        alias=HEADER_LENGTH,
        description="Bytes of JSON in front of raw tensor data; 0: the body is the raw `image` tensor alone.",
    ),
]

NO_MODEL = problem_responses(ModelNotFound, ModelMissing, ModelNotReady)
_REFUSALS = problem_responses(
    MalformedInference,
    CompressedBodyInvalid,
    BodyIncomplete,
    BodyTooSlow,
    ContentTooLarge,
    ModelNotFound,
    UnsupportedMediaType,
    ModelMissing,
    ModelNotReady,
    InferenceBusy,
    DeadlineMissed,
    EngineFailed,
    InferenceStopped,
)
_BINARY_CONTENT = {"schema": {"type": "string", "format": "binary"}}
_INFER: dict[str, Any] = {
    "summary": "Run images through the model",
    "description": "Input `image`, UINT8 [n, size, size, 3], RGB; outputs `probabilities` FP32 [n, classes] and "
    "`embedding` FP32 [n, values]. The model's metadata say these sizes, and in `parameters.input` which part of a "
    "picture to show, and how. What `outputs` names is sent. Tensors stand in the JSON, or after it as raw "
    "little-endian bytes (binary tensor data extension). The body may be gzip or deflate (Content-Encoding), and so "
    "may the answer (Accept-Encoding). Errors have the protocol's member `error` too.",
    "response_model": None,
    "responses": {
        **_REFUSALS,
        200: {"model": InferResponse, "description": "The outputs", "content": {BINARY_TYPE: _BINARY_CONTENT}},
    },
    "openapi_extra": {
        **needs(),
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": f"#/components/schemas/{InferRequest.__name__}"}},
                BINARY_TYPE: _BINARY_CONTENT,
            },
        },
    },
}


@router.get(
    "/health/live", operation_id="server_live", summary="Whether the process lives", openapi_extra=open_to_all()
)
async def server_live() -> ServerLive:
    return ServerLive(live=True)


@router.get(
    "/health/ready",
    operation_id="server_ready",
    summary="Whether inference is possible",
    responses={503: {"model": ServerReady, "description": "Not ready"}},
    openapi_extra=open_to_all(),
)
async def server_ready(service: Service, response: Response) -> ServerReady:
    response.status_code = 200 if service.ready() else 503
    return ServerReady(ready=service.ready())


@router.get("", operation_id="server_metadata", summary="What this server is", openapi_extra=needs())
async def server_metadata() -> ServerMetadata:
    return ServerMetadata(name="pictor-classifier", version=__version__, extensions=EXTENSIONS)


@router.get(
    "/models/{name}",
    operation_id="model_metadata",
    summary="The model's inputs and outputs",
    responses=NO_MODEL,
    openapi_extra=needs(),
)
async def model_metadata(service: Service, name: str) -> ModelMetadata:
    return service.metadata(name, None)


@router.get(
    "/models/{name}/versions/{version}",
    operation_id="model_version_metadata",
    summary="The inputs and outputs of a version",
    responses=NO_MODEL,
    openapi_extra=needs(),
)
async def model_version_metadata(service: Service, name: str, version: str) -> ModelMetadata:
    return service.metadata(name, version)


@router.get(
    "/models/{name}/ready",
    operation_id="model_ready",
    summary="Whether the model serves",
    responses=NO_MODEL,
    openapi_extra=needs(),
)
async def model_ready(service: Service, name: str) -> ModelReady:
    return ModelReady(name=service.require(name, None).identity.name, ready=True)


@router.get(
    "/models/{name}/versions/{version}/ready",
    operation_id="model_version_ready",
    summary="Whether a version serves",
    responses=NO_MODEL,
    openapi_extra=needs(),
)
async def model_version_ready(service: Service, name: str, version: str) -> ModelReady:
    return ModelReady(name=service.require(name, version).identity.name, ready=True)


@router.post("/models/{name}/infer", operation_id="model_infer", **_INFER)
async def model_infer(request: Request, service: Service, name: str, header_length: HeaderLength = None) -> Response:
    return await _infer(request, service, name, None, header_length)


@router.post("/models/{name}/versions/{version}/infer", operation_id="model_version_infer", **_INFER)
async def model_version_infer(
    request: Request, service: Service, name: str, version: str, header_length: HeaderLength = None
) -> Response:
    return await _infer(request, service, name, version, header_length)


async def _infer(
    request: Request, service: OpenInferenceService, name: str, version: str | None, header_length: int | None
) -> Response:
    service.require(name, version)
    body = await whole_body(
        request, head_length=header_length, on_head=lambda head: service.require_room(name, version, head)
    )
    answer = await service.infer(name, version, body=body, header_length=header_length)
    return await packed(request, answer.body, answer.headers)
