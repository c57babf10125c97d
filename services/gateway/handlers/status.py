"""The state of the whole, and the public document."""

from fastapi import APIRouter, Response

from services.gateway.handlers.dependencies import CurrentProcess
from services.gateway.schemas.document import OpenApiDocument
from services.gateway.schemas.status import Status
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs, open_to_all
from services.kit.principal import CurrentPrincipal

router = APIRouter(route_class=ETagRoute, tags=["server"])


@router.get(
    "/v1/status",
    operation_id="status_get",
    summary="What runs",
    description=(
        "The services, the model, and how many images are labelled, embedded, waiting or failed. A part that does not "
        "answer within 2 s is said to be unreachable; this is always 200."
    ),
    openapi_extra=needs(),
)
async def get_status(principal: CurrentPrincipal, process: CurrentProcess) -> Status:
    return await process.status.describe(principal)


@router.get(
    "/v1/openapi.json",
    operation_id="openapi_get",
    summary="This document",
    description="The OpenAPI document of all public operations, as committed.",
    response_model=OpenApiDocument,
    openapi_extra=open_to_all(),
)
async def get_openapi(process: CurrentProcess) -> Response:
    return Response(process.document.body, media_type="application/json")
