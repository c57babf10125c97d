"""Triton's extensions: model configuration, statistics and repository index, at the paths where its clients ask."""

from fastapi import APIRouter, Request
from pydantic import ValidationError

from services.classifier.handlers.open_inference import NO_MODEL, Service
from services.classifier.handlers.request_bodies import whole_body
from services.classifier.schemas.management import IndexedModel, IndexRequest, ModelConfig, StatisticsReport
from services.classifier.services.errors import MalformedInference
from services.classifier.services.model_management import indexed, model_config, model_statistics
from services.kit.http.openapi import needs
from services.kit.http.problems import ContentTooLarge, UnsupportedMediaType, problem_responses
from services.kit.http.strict import StrictRoute
from services.kit.http.uploads import BodyIncomplete, BodyTooSlow

router = APIRouter(prefix="/v2", tags=["open inference protocol"], route_class=StrictRoute)

_COUNTED = "Counted since the model was loaded, over all callers, in the terms of Triton's statistics extension."
_CONFIGURED = "In the terms of Triton's model configuration: sizes, most images of one request, batches, workers."
_INDEX_BODY = {
    "requestBody": {
        "required": False,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{IndexRequest.__name__}"}}},
    }
}


@router.get(
    "/models/stats",
    operation_id="statistics",
    summary="What was counted, of every model",
    description=_COUNTED,
    openapi_extra=needs(),
)
async def statistics(service: Service) -> StatisticsReport:
    return StatisticsReport(model_stats=[model_statistics(model) for model in service.served()])


@router.get(
    "/models/{name}/stats",
    operation_id="model_statistics",
    summary="What was counted, of a model",
    description=_COUNTED,
    responses=NO_MODEL,
    openapi_extra=needs(),
)
async def statistics_of_model(service: Service, name: str) -> StatisticsReport:
    return StatisticsReport(model_stats=[model_statistics(service.require(name, None))])


@router.get(
    "/models/{name}/versions/{version}/stats",
    operation_id="model_version_statistics",
    summary="What was counted, of a version",
    description=_COUNTED,
    responses=NO_MODEL,
    openapi_extra=needs(),
)
async def statistics_of_version(service: Service, name: str, version: str) -> StatisticsReport:
    return StatisticsReport(model_stats=[model_statistics(service.require(name, version))])


@router.get(
    "/models/{name}/config",
    operation_id="model_config",
    summary="How the model is configured",
    description=_CONFIGURED,
    responses=NO_MODEL,
    openapi_extra=needs(),
)
async def config_of_model(service: Service, name: str) -> ModelConfig:
    return model_config(service.require(name, None))


@router.get(
    "/models/{name}/versions/{version}/config",
    operation_id="model_version_config",
    summary="How a version is configured",
    description=_CONFIGURED,
    responses=NO_MODEL,
    openapi_extra=needs(),
)
async def config_of_version(service: Service, name: str, version: str) -> ModelConfig:
    return model_config(service.require(name, version))


@router.post(
    "/repository/index",
    operation_id="repository_index",
    summary="Which models are served",
    description="One, or none as long as no model serves. Models are loaded from their package: there is no path to "
    "load or unload one.",
    responses=problem_responses(MalformedInference, BodyIncomplete, BodyTooSlow, ContentTooLarge, UnsupportedMediaType),
    openapi_extra={**needs(), **_INDEX_BODY},
)
async def repository_index(request: Request, service: Service) -> list[IndexedModel]:
    if body := await whole_body(request):
        try:
            IndexRequest.model_validate_json(bytes(body))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise MalformedInference(f"The body is not a request for the index: {first['msg']}.") from error
    return [indexed(model) for model in service.served()]
