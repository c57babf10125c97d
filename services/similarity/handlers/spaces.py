"""/v1/spaces: compare, promote and drop; and what the catalog asks and says of spaces."""

from typing import Annotated

from fastapi import APIRouter, Body, Path

from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs
from services.kit.http.problems import problem_responses
from services.similarity.handlers.dependencies import ByService, Comparing, Spaces
from services.similarity.schemas.points import SpaceId
from services.similarity.schemas.spaces import (
    AnsweringSpace,
    ModelSpace,
    ModelSpaceList,
    SpaceAnnouncement,
    SpaceComparison,
    SpacePromotion,
    SpacesToCompare,
    model_space,
    space_comparison,
)
from services.similarity.services.errors import (
    CoverageIncomplete,
    NoSuchSpace,
    SpaceAnswers,
    SpaceInUse,
    WrongQueryDimension,
)

router = APIRouter(tags=["spaces"], route_class=ETagRoute)
Promotion = Annotated[SpacePromotion, Body(default_factory=SpacePromotion)]
Asked = Annotated[SpaceId, Path(description="A space's id.")]


@router.get(
    "/v1/spaces",
    operation_id="spaces_list",
    summary="List the model spaces",
    description="Each model has a space of vectors of its own, and one of them answers searches. Newest first.",
    openapi_extra=needs("images:read"),
)
async def spaces_list(spaces: Spaces) -> ModelSpaceList:
    return ModelSpaceList(items=[model_space(kept) for kept in await spaces.all()], next_cursor=None)


@router.post(
    "/v1/spaces/{space_id}:promote",
    operation_id="spaces_promote",
    summary="Have a space answer",
    description="Within 5 s every replica answers searches from it, and query pictures and new images are embedded by "
    "the classifier that serves it. Promote the other again to go back. Refused below coverage 1, unless `force`.",
    responses=problem_responses(NoSuchSpace, CoverageIncomplete, SpaceInUse),
    openapi_extra=needs("admin"),
)
async def spaces_promote(space_id: Asked, spaces: Spaces, body: Promotion) -> ModelSpace:
    return model_space(await spaces.promote(space_id, force=body.force))


@router.delete(
    "/v1/spaces/{space_id}",
    operation_id="spaces_delete",
    summary="Drop a space",
    description="With all its vectors, for good. The active one cannot be dropped.",
    status_code=204,
    responses=problem_responses(NoSuchSpace, SpaceAnswers, SpaceInUse),
    openapi_extra=needs("admin"),
)
async def spaces_delete(space_id: Asked, spaces: Spaces) -> None:
    await spaces.drop(space_id)


@router.post(
    "/v1/spaces:compare",
    operation_id="spaces_compare",
    summary="Compare two spaces",
    description="How far they agree on what is nearest to images drawn by chance, each as its owner would find them. "
    "Nothing is changed.",
    responses=problem_responses(NoSuchSpace),
    openapi_extra=needs("admin"),
)
async def spaces_compare(body: SpacesToCompare, comparing: Comparing) -> SpaceComparison:
    found = await comparing.compare(body.a, body.b, sample=body.sample, limit=body.limit)
    return space_comparison(found, limit=body.limit)


@router.get(
    "/internal/spaces:answering",
    operation_id="internal_spaces_answering",
    summary="The space that answers",
    description="Cheap: asked every few seconds by everyone who embeds.",
    openapi_extra=needs(),
)
async def internal_spaces_answering(spaces: Spaces) -> AnsweringSpace:
    return AnsweringSpace.model_validate(await spaces.answering(), from_attributes=True)


@router.put(
    "/internal/spaces/{space_id}",
    operation_id="internal_spaces_announce",
    summary="Make a space to be filled beside the active one",
    status_code=204,
    dependencies=[ByService],
    responses=problem_responses(WrongQueryDimension),
    openapi_extra=needs(),
)
async def internal_spaces_announce(space_id: Asked, body: SpaceAnnouncement, spaces: Spaces) -> None:
    await spaces.announce(space_id, dimension=body.dimension, trained=body.trained)
