"""What handlers ask for. Everything lives as long as the process: no request holds a session."""

from typing import Annotated

from fastapi import Depends, Request

from services.kit.principal import Principal, get_principal
from services.kit.problems import Forbidden
from services.similarity.services.points import PointService
from services.similarity.services.search import SearchService


async def get_search(request: Request) -> SearchService:
    service: SearchService = request.app.state.search
    return service


async def get_points(request: Request) -> PointService:
    service: PointService = request.app.state.points
    return service


async def get_viewer(principal: Annotated[Principal, Depends(get_principal)]) -> Principal:
    if principal.is_service:
        raise Forbidden("Ask as a user: what is seen depends on who asks.")
    return principal


async def require_service(principal: Annotated[Principal, Depends(get_principal)]) -> None:
    if not principal.is_service:
        raise Forbidden("This path is for services only.")


Search = Annotated[SearchService, Depends(get_search)]
Points = Annotated[PointService, Depends(get_points)]
Viewer = Annotated[Principal, Depends(get_viewer)]
ByService = Depends(require_service)
