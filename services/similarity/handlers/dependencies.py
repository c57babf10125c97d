"""What handlers ask for. Everything lives as long as the process: no request holds a session."""

from typing import Annotated

from fastapi import Depends, Request

from services.kit.http.problems import Forbidden
from services.kit.principal import CurrentPrincipal
from services.similarity.services.comparing import CompareService
from services.similarity.services.points import PointService
from services.similarity.services.search import SearchService
from services.similarity.services.spaces.keeping import SpaceService


async def get_search(request: Request) -> SearchService:
    service: SearchService = request.app.state.search
    return service


async def get_points(request: Request) -> PointService:
    service: PointService = request.app.state.points
    return service


async def get_spaces(request: Request) -> SpaceService:
    service: SpaceService = request.app.state.spaces
    return service


async def get_comparing(request: Request) -> CompareService:
    service: CompareService = request.app.state.comparing
    return service


async def require_service(principal: CurrentPrincipal) -> None:
    if not principal.is_service:
        raise Forbidden("This path is for services only.")


Search = Annotated[SearchService, Depends(get_search)]
Points = Annotated[PointService, Depends(get_points)]
Spaces = Annotated[SpaceService, Depends(get_spaces)]
Comparing = Annotated[CompareService, Depends(get_comparing)]
ByService = Depends(require_service)
