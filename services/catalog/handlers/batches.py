"""Many images in one request."""

from uuid import UUID

from fastapi import APIRouter

from services.catalog.domain import ImageRecord
from services.catalog.handlers.dependencies import Batches, CurrentCatalog
from services.catalog.schemas.batch import (
    CheckedDigest,
    CheckedDigests,
    ImageDeleteResult,
    ImageDeleteResults,
    ImageDeletes,
    ImagesCheck,
    ImageUpdate,
    ImageUpdateResult,
    ImageUpdateResults,
    ImageUpdates,
)
from services.catalog.schemas.image import image_out
from services.kit.http.etags import ETagRoute
from services.kit.http.limits import MIB
from services.kit.http.openapi import needs
from services.kit.http.problems import ApiError, problem_of, problem_responses
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency
from services.kit.principal import CurrentPrincipal
from services.vision.labels import Taxonomy

router = APIRouter(tags=["images"], route_class=ETagRoute)


@router.post(
    "/v1/images:batchUpdate",
    operation_id="images_batch_update",
    summary="Change many images",
    description=(
        "Up to 500 updates, done in their order and each on its own: an image that is not there or not yours says so "
        "in its item, and the others go through. A body that does not fit its description is refused whole."
    ),
    response_model=ImageUpdateResults,
    responses=problem_responses(IdempotencyConflict, IdempotencyMismatch),
    openapi_extra=needs("images:write", body_limit=8 * MIB),
)
async def images_batch_update(
    batch: ImageUpdates,
    principal: CurrentPrincipal,
    batches: Batches,
    catalog: CurrentCatalog,
    idempotency: RequestIdempotency,
) -> object:
    async def work() -> ImageUpdateResults:
        outcomes = await batches.update([update.update() for update in batch.updates], principal)
        pairs = zip(batch.updates, outcomes, strict=True)
        return ImageUpdateResults(items=[_result(update, outcome, catalog.taxonomy) for update, outcome in pairs])

    return await idempotency.once(work, status=200)


def _result(update: ImageUpdate, outcome: ImageRecord | ApiError, taxonomy: Taxonomy) -> ImageUpdateResult:
    if isinstance(outcome, ApiError):
        problem = problem_of(f"/v1/images/{update.id}", outcome)
        return ImageUpdateResult(id=update.id, status=outcome.status, image=None, problem=problem)
    return ImageUpdateResult(id=update.id, status=200, image=image_out(outcome, taxonomy), problem=None)


@router.post(
    "/v1/images:batchDelete",
    operation_id="images_batch_delete",
    summary="Delete many images",
    description=(
        "Up to 500 images, each on its own: one that is not there or not yours says so in its item, and the others go. "
        "One that is named twice is not there the second time. They go into the trash (see `GET /v1/trash`)."
    ),
    response_model=ImageDeleteResults,
    responses=problem_responses(IdempotencyConflict, IdempotencyMismatch),
    openapi_extra=needs("images:write"),
)
async def images_batch_delete(
    batch: ImageDeletes, principal: CurrentPrincipal, batches: Batches, idempotency: RequestIdempotency
) -> object:
    async def work() -> ImageDeleteResults:
        outcomes = await batches.delete(batch.ids, principal, permanent=batch.permanent)
        pairs = zip(batch.ids, outcomes, strict=True)
        return ImageDeleteResults(items=[_deleted(image_id, error) for image_id, error in pairs])

    return await idempotency.once(work, status=200)


def _deleted(image_id: UUID, error: ApiError | None) -> ImageDeleteResult:
    if error is None:
        return ImageDeleteResult(id=image_id, status=204, problem=None)
    return ImageDeleteResult(id=image_id, status=error.status, problem=problem_of(f"/v1/images/{image_id}", error))


@router.post(
    "/v1/images:check",
    operation_id="images_check",
    summary="Which of these bytes do I have already",
    description="Ask before you send: your own images only, and none that is deleted. Each original is looked for: one "
    "that is gone, has another size or was found damaged counts as not there, so send it again.",
    openapi_extra=needs("images:read"),
)
async def images_check(asked: ImagesCheck, principal: CurrentPrincipal, catalog: CurrentCatalog) -> CheckedDigests:
    found = await catalog.originals.with_digests(asked.sha256, principal)
    return CheckedDigests(items=[CheckedDigest(sha256=digest, image_id=found.get(digest)) for digest in asked.sha256])
