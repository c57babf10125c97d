"""What other services ask about the model."""

from fastapi import APIRouter, Request

from services.classifier.services.model_watch import ModelWatch
from services.kit.http.openapi import needs
from services.kit.http.strict import StrictRoute
from services.vision.model_report import ModelReport

router = APIRouter(prefix="/internal", tags=["internal"], route_class=StrictRoute)


@router.get(
    "/model",
    operation_id="model_report",
    summary="The state of the model",
    description="Always 200: whether there is a model, which, and if not, why not and what to do.",
    openapi_extra=needs(),
)
async def model_report(request: Request) -> ModelReport:
    models: ModelWatch = request.app.state.models
    return models.report()
