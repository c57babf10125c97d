"""/v1/trash: deleted images that can be restored."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from services.catalog.handlers.dependencies import Trash
from services.catalog.schemas.trash import (
    EmptiedTrash,
    ImageRestoreResults,
    TrashPage,
    TrashSelection,
    restore_results,
    trashed_image,
)
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit, decode_cursor, encode_cursor
from services.kit.http.problems import InvalidCursor, problem_responses
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency
from services.kit.principal import CurrentPrincipal

router = APIRouter(tags=["trash"], route_class=ETagRoute)


@router.get(
    "/v1/trash",
    operation_id="trash_list",
    summary="List deleted images",
    description="Your images that were deleted and can be restored: for 30 days (`PICTOR_TRASH_DAYS`).",
    responses=problem_responses(InvalidCursor),
    openapi_extra=needs("images:read"),
)
async def trash_list(
    principal: CurrentPrincipal, trash: Trash, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> TrashPage:
    made_for = ["trash", principal.identity]
    after = decode_cursor(cursor, made_for, (datetime, UUID)) if cursor else None
    images, position = await trash.page(principal, after=(after[0], after[1]) if after else None, limit=limit)
    return TrashPage(
        items=[trashed_image(image) for image in images],
        next_cursor=encode_cursor([position[0].isoformat(), position[1]], made_for) if position else None,
    )


@router.post(
    "/v1/trash:restore",
    operation_id="trash_restore",
    summary="Restore deleted images",
    description="Labels, decisions, tags and collections are as they were; vectors are made again in the background. "
    "Each on its own: one that is not in the trash says so in its item, and so does one whose bytes you sent again "
    "meanwhile. At most 500 at once: while `remaining` is above 0, ask again for the others.",
    response_model=ImageRestoreResults,
    responses=problem_responses(IdempotencyConflict, IdempotencyMismatch),
    openapi_extra=needs("images:write"),
)
async def trash_restore(
    chosen: TrashSelection, principal: CurrentPrincipal, trash: Trash, idempotency: RequestIdempotency
) -> object:
    async def work() -> ImageRestoreResults:
        return restore_results(await trash.restore(chosen.chosen, principal))

    return await idempotency.once(work, status=200)


@router.post(
    "/v1/trash:empty",
    operation_id="trash_empty",
    summary="Remove deleted images for good",
    description="What is not in the trash is passed over. The bytes follow in the background.",
    response_model=EmptiedTrash,
    responses=problem_responses(IdempotencyConflict, IdempotencyMismatch),
    openapi_extra=needs("images:write"),
)
async def trash_empty(
    chosen: TrashSelection, principal: CurrentPrincipal, trash: Trash, idempotency: RequestIdempotency
) -> object:
    async def work() -> EmptiedTrash:
        return EmptiedTrash(count=await trash.empty(chosen.chosen, principal))

    return await idempotency.once(work, status=200)
