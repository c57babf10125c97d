"""/v1/operations, and what begins one."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.catalog.handlers.dependencies import CurrentCatalog
from services.catalog.handlers.parameters import OperationId
from services.catalog.schemas.operation import LibraryReprocess, Operation, OperationPage, operation_out
from services.catalog.services.errors import NoCandidate, NoSuchOperation, OperationOver, OperationUnderWay
from services.catalog.services.operations.service import OperationService
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.library import LibraryRepository
from services.catalog.storage.operations import OperationRepository
from services.kit import context
from services.kit.declared_headers import LOCATED
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit
from services.kit.http.problems import InvalidCursor, problem_responses
from services.kit.postgres.database import RequestSession
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency
from services.kit.principal import CurrentPrincipal

router = APIRouter(tags=["operations"], route_class=ETagRoute)


async def get_operations(session: RequestSession, catalog: CurrentCatalog) -> OperationService:
    return OperationService(
        OperationRepository(session),
        ImageRepository(session),
        LibraryRepository(session),
        classifiers=catalog.classifiers,
    )


Operations = Annotated[OperationService, Depends(get_operations, scope="function")]


@router.post(
    "/v1/images:reprocess",
    operation_id="images_reprocess_all",
    summary="Label and embed the whole library again",
    description="With the active model, or with the candidate, whose vectors fill a space of their own beside the "
    "active one. It runs in the background, behind everything that somebody waits for; one at a time.",
    status_code=202,
    response_model=Operation,
    responses={
        202: LOCATED,
        **problem_responses(NoCandidate, OperationUnderWay, IdempotencyConflict, IdempotencyMismatch),
    },
    openapi_extra=needs("admin"),
)
async def images_reprocess_all(
    body: LibraryReprocess, principal: CurrentPrincipal, operations: Operations, idempotency: RequestIdempotency
) -> Response:
    async def work() -> Operation:
        return operation_out(await operations.reprocess(body.model, principal))

    return _located(await idempotency.once(work, status=202))


@router.post(
    "/v1/images:rerender",
    operation_id="images_rerender",
    summary="Read and render the whole library again",
    description="After an update that reads more of files, or renders them better: dates, camera, warnings and size "
    "are read again, smaller copies are made again where an older renderer made them, and its own are removed. What "
    "people said of an image stays. It runs in the background; one at a time.",
    status_code=202,
    response_model=Operation,
    responses={202: LOCATED, **problem_responses(OperationUnderWay, IdempotencyConflict, IdempotencyMismatch)},
    openapi_extra=needs("admin"),
)
async def images_rerender(
    principal: CurrentPrincipal, operations: Operations, idempotency: RequestIdempotency
) -> Response:
    async def work() -> Operation:
        return operation_out(await operations.rerender(principal))

    return _located(await idempotency.once(work, status=202))


@router.get(
    "/v1/operations",
    operation_id="operations_list",
    summary="List operations",
    description="Yours; with the scope `admin`, everyone's. Newest first.",
    responses=problem_responses(InvalidCursor),
    openapi_extra=needs("images:read"),
)
async def operations_list(
    principal: CurrentPrincipal, operations: Operations, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> OperationPage:
    records, next_cursor = await operations.page(principal, cursor=cursor, limit=limit)
    return OperationPage(items=[operation_out(record) for record in records], next_cursor=next_cursor)


@router.get(
    "/v1/operations/{operation_id}",
    operation_id="operations_get",
    summary="Read an operation",
    description="Yours; with the scope `admin`, anyone's.",
    responses=problem_responses(NoSuchOperation),
    openapi_extra=needs("images:read"),
)
async def operations_get(operation_id: OperationId, principal: CurrentPrincipal, operations: Operations) -> Operation:
    return operation_out(await operations.get(operation_id, principal))


@router.post(
    "/v1/operations/{operation_id}:pause",
    operation_id="operations_pause",
    summary="Pause an operation",
    description="It stops within a few images, and keeps its place.",
    responses=problem_responses(NoSuchOperation, OperationOver),
    openapi_extra=needs("images:write"),
)
async def operations_pause(operation_id: OperationId, principal: CurrentPrincipal, operations: Operations) -> Operation:
    return operation_out(await operations.pause(operation_id, principal))


@router.post(
    "/v1/operations/{operation_id}:resume",
    operation_id="operations_resume",
    summary="Resume an operation",
    description="It goes on where it was paused.",
    responses=problem_responses(NoSuchOperation, OperationOver),
    openapi_extra=needs("images:write"),
)
async def operations_resume(
    operation_id: OperationId, principal: CurrentPrincipal, operations: Operations
) -> Operation:
    return operation_out(await operations.resume(operation_id, principal))


@router.post(
    "/v1/operations/{operation_id}:cancel",
    operation_id="operations_cancel",
    summary="Cancel an operation",
    description="For good. What is done stays done.",
    responses=problem_responses(NoSuchOperation, OperationOver),
    openapi_extra=needs("images:write"),
)
async def operations_cancel(
    operation_id: OperationId, principal: CurrentPrincipal, operations: Operations
) -> Operation:
    return operation_out(await operations.cancel(operation_id, principal))


def _located(response: Response) -> Response:
    response.headers["location"] = context.public(f"/v1/operations/{json.loads(bytes(response.body))['id']}")
    return response
