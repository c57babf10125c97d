"""Many images into a collection, or out of it, in one request."""

from uuid import UUID

from fastapi import APIRouter

from services.catalog.handlers.dependencies import Collections
from services.catalog.handlers.parameters import CollectionId
from services.catalog.schemas.collection import CollectionMembers, MembershipResult, MembershipResults
from services.catalog.services.errors import NoSuchCollection
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs
from services.kit.http.problems import ApiError, problem_of, problem_responses
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency
from services.kit.principal import CurrentPrincipal

router = APIRouter(tags=["collections"], route_class=ETagRoute)


@router.post(
    "/v1/collections/{collection_id}/images:batchAdd",
    operation_id="collections_batch_add",
    summary="Put many images into a collection",
    description="Up to 500 images that you may see, each on its own: one that is not there says so in its item, and "
    "the others go in. Twice is the same as once.",
    response_model=MembershipResults,
    responses=problem_responses(NoSuchCollection, IdempotencyConflict, IdempotencyMismatch),
    openapi_extra=needs("images:write"),
)
async def collections_batch_add(
    collection_id: CollectionId,
    batch: CollectionMembers,
    principal: CurrentPrincipal,
    collections: Collections,
    idempotency: RequestIdempotency,
) -> object:
    async def work() -> MembershipResults:
        return _results(batch.ids, await collections.add_all(collection_id, batch.ids, principal))

    return await idempotency.once(work, status=200)


@router.post(
    "/v1/collections/{collection_id}/images:batchRemove",
    operation_id="collections_batch_remove",
    summary="Take many images out of a collection",
    description="Up to 500 images. One that is not in it is no problem: twice is the same as once.",
    response_model=MembershipResults,
    responses=problem_responses(NoSuchCollection, IdempotencyConflict, IdempotencyMismatch),
    openapi_extra=needs("images:write"),
)
async def collections_batch_remove(
    collection_id: CollectionId,
    batch: CollectionMembers,
    principal: CurrentPrincipal,
    collections: Collections,
    idempotency: RequestIdempotency,
) -> object:
    async def work() -> MembershipResults:
        return _results(batch.ids, await collections.remove_all(collection_id, batch.ids, principal))

    return await idempotency.once(work, status=200)


def _results(ids: list[UUID], outcomes: list[bool | ApiError]) -> MembershipResults:
    return MembershipResults(
        items=[_result(image_id, outcome) for image_id, outcome in zip(ids, outcomes, strict=True)]
    )


def _result(image_id: UUID, outcome: bool | ApiError) -> MembershipResult:
    if isinstance(outcome, ApiError):
        problem = problem_of(f"/v1/images/{image_id}", outcome)
        return MembershipResult(id=image_id, status=outcome.status, changed=False, problem=problem)
    return MembershipResult(id=image_id, status=204, changed=outcome, problem=None)
