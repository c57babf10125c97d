"""What other services ask about the spaces."""

from fastapi import APIRouter

from services.kit.http.openapi import needs
from services.kit.http.strict import StrictRoute
from services.similarity.handlers.dependencies import Points
from services.similarity.schemas.points import SpaceList, SpaceOut

router = APIRouter(tags=["points"], route_class=StrictRoute)


@router.get(
    "/internal/spaces",
    operation_id="internal_spaces_list",
    summary="The model spaces",
    description="Newest first.",
    openapi_extra=needs(),
)
async def internal_spaces_list(points: Points) -> SpaceList:
    return SpaceList(
        items=[
            SpaceOut(
                id=space.id,
                dimension=space.dimension,
                trained=space.trained,
                points=count,
                active=active,
                modes=sorted(space.modes),
                centred_on=space.centred_on,
                created_at=space.created_at,
            )
            for space, count, active in await points.spaces()
        ]
    )
