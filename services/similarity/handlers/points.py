"""The native interface: points in, neighbours out."""

from uuid import UUID

from fastapi import APIRouter

from services.kit.http.openapi import needs
from services.kit.http.problems import Forbidden, UnprocessableContent, UpstreamTimeout, problem_responses
from services.kit.http.strict import StrictRoute
from services.kit.principal import CurrentPrincipal, Principal
from services.similarity.handlers.dependencies import ByService, Points
from services.similarity.index import Filter, PayloadChange, Point
from services.similarity.schemas.points import (
    PayloadChangeIn,
    PointIn,
    PointsFound,
    PointsIn,
    PointsQuery,
    filter_arguments,
    point_hits,
    vector_of,
)
from services.similarity.services.errors import (
    InvalidQueryVector,
    NoSuchPoint,
    NoSuchSpace,
    NothingEmbedded,
    WrongQueryDimension,
)

router = APIRouter(tags=["points"], route_class=StrictRoute)


@router.put(
    "/points/{image_id}",
    operation_id="points_put",
    summary="Store an image's vector",
    description="Stores or replaces it in the space, which is made when it is new.",
    status_code=204,
    dependencies=[ByService],
    responses=problem_responses(NoSuchSpace, InvalidQueryVector, WrongQueryDimension, UpstreamTimeout),
    openapi_extra=needs(),
)
async def points_put(image_id: UUID, body: PointIn, points: Points) -> None:
    point = Point(image_id, vector_of(body.vector), body.owner_id, body.public, tuple(body.label_ids))
    await points.put(body.space, [point], trained=body.trained, make_space=body.make_space)


@router.put(
    "/points",
    operation_id="points_put_many",
    summary="Store the vectors of several images",
    description="All or none. Stores or replaces them in the space, which is made when it is new.",
    status_code=204,
    dependencies=[ByService],
    responses=problem_responses(NoSuchSpace, InvalidQueryVector, WrongQueryDimension, UpstreamTimeout),
    openapi_extra=needs(),
)
async def points_put_many(body: PointsIn, points: Points) -> None:
    given = [
        Point(one.image_id, vector_of(one.vector), one.owner_id, one.public, tuple(one.label_ids))
        for one in body.points
    ]
    await points.put(body.space, given, trained=body.trained, make_space=body.make_space)


@router.patch(
    "/points/{image_id}",
    operation_id="points_change",
    summary="Change what filters know of an image",
    description="In every space; an image without a vector is fine.",
    status_code=204,
    dependencies=[ByService],
    openapi_extra=needs(),
)
async def points_change(image_id: UUID, body: PayloadChangeIn, points: Points) -> None:
    labels = None if body.label_ids is None else tuple(body.label_ids)
    await points.change(image_id, PayloadChange(body.owner_id, body.public, labels))


@router.delete(
    "/points/{image_id}",
    operation_id="points_delete",
    summary="Forget an image",
    description="In every space; an image without a vector is fine.",
    status_code=204,
    dependencies=[ByService],
    openapi_extra=needs(),
)
async def points_delete(image_id: UUID, points: Points) -> None:
    await points.delete(image_id)


@router.post(
    "/points:query",
    operation_id="points_query",
    summary="The nearest points",
    description="Ids and scores alone, by what points say of themselves: the catalog is not asked.",
    responses=problem_responses(NoSuchSpace, NoSuchPoint, NothingEmbedded, InvalidQueryVector, WrongQueryDimension),
    openapi_extra=needs("images:read"),
)
async def points_query(body: PointsQuery, principal: CurrentPrincipal, points: Points) -> PointsFound:
    space, found = await points.query(
        body.like,
        Filter(viewer=_viewer(body, principal), **filter_arguments(body.filter)),
        space=body.space,
        limit=body.limit,
        min_score=body.min_score,
        mode=body.mode,
    )
    return PointsFound(items=point_hits(found.neighbours), space=space, mode=found.mode)


def _viewer(body: PointsQuery, principal: Principal) -> UUID:
    if principal.is_service:
        if body.viewer_id is None:
            raise UnprocessableContent("A service says for whom it asks: viewer_id.")
        return body.viewer_id
    if body.viewer_id not in {None, principal.user_id}:
        raise Forbidden("A user asks as itself.")
    return principal.identity
