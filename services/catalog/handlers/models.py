"""GET /v1/models."""

from fastapi import APIRouter

from services.catalog.handlers.dependencies import CurrentCatalog
from services.catalog.schemas.model import ModelList, model_out
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs

router = APIRouter(tags=["models"], route_class=ETagRoute)


@router.get(
    "/v1/models",
    operation_id="models_list",
    summary="List the models",
    description="Which networks label and embed images, what they take and give, how fast they are here, and how much "
    "of the library has vectors of each. To change to another one: `pictor model use`, or POST /v1/images:reprocess "
    "and POST /v1/spaces/{space_id}:promote.",
    openapi_extra=needs("images:read"),
)
async def models_list(catalog: CurrentCatalog) -> ModelList:
    return ModelList(items=[model_out(known) for known in await catalog.models.all()], next_cursor=None)
