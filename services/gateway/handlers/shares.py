"""Share links of collections. What visitors then read is the catalog's; the gate passes it on."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from services.gateway.handlers.dependencies import CurrentProcess
from services.gateway.proxy.browser import is_https
from services.gateway.schemas.shares import ShareCreate, Shares, ShareUnlock, ShareWithSecret
from services.gateway.services.errors import TooManyShares, WrongSharePassword
from services.gateway.services.rates import address_key
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs, open_to_all
from services.kit.http.problems import ContentTooLarge, NotFound, problem_responses
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency
from services.kit.principal import CurrentPrincipal
from services.protocol.identifiers import AnyCollection

router = APIRouter(route_class=ETagRoute, tags=["shares"])
CollectionId = Annotated[AnyCollection, Path(description="A collection's id, or `favorites`.")]


@router.get(
    "/v1/collections/{collection_id}/shares",
    operation_id="shares_list",
    summary="List the share links of a collection",
    description="Without their secrets; those that have expired too. A user has 100 at most.",
    responses=problem_responses(NotFound),
    openapi_extra=needs("images:read"),
)
async def list_shares(collection_id: CollectionId, principal: CurrentPrincipal, process: CurrentProcess) -> Shares:
    return await process.shares.of_collection(principal, str(collection_id))


@router.post(
    "/v1/collections/{collection_id}/shares",
    operation_id="shares_create",
    summary="Share a collection by a link",
    description="Who has the link sees your own images in the collection, as it is by then, without signing in: the "
    "pictures, and what `fields` names. The answer shows the secret, this once, and for 24 h under the same "
    "Idempotency-Key.",
    status_code=201,
    response_model=ShareWithSecret,
    responses=problem_responses(NotFound, TooManyShares, IdempotencyConflict, IdempotencyMismatch, ContentTooLarge),
    openapi_extra=needs("images:write"),
)
async def create_share(
    collection_id: CollectionId,
    wanted: ShareCreate,
    principal: CurrentPrincipal,
    process: CurrentProcess,
    idempotency: RequestIdempotency,
) -> Response:
    made = await idempotency.once(lambda: process.shares.create(principal, str(collection_id), wanted))
    return process.shares.unseal(made)


@router.delete(
    "/v1/collections/{collection_id}/shares/{share_id}",
    operation_id="shares_delete",
    summary="Revoke a share link",
    description="It works nowhere from now on.",
    status_code=204,
    responses=problem_responses(NotFound),
    openapi_extra=needs("images:write"),
)
async def delete_share(
    collection_id: CollectionId,
    share_id: Annotated[UUID, Path(description="A share link's id.")],
    principal: CurrentPrincipal,
    process: CurrentProcess,
) -> None:
    await process.shares.revoke(principal, str(collection_id), share_id)


@router.post(
    "/v1/shares/{secret}:unlock",
    operation_id="shares_unlock",
    summary="Open a share link that has a password",
    description="Gives a cookie that no script can read, for twelve hours. Wrong passwords are limited by link and "
    "address.",
    status_code=204,
    responses=problem_responses(NotFound, WrongSharePassword, ContentTooLarge),
    openapi_extra=open_to_all(),
)
async def unlock_share(
    secret: Annotated[str, Path(description="The link's secret.")],
    known: ShareUnlock,
    request: Request,
    response: Response,
    process: CurrentProcess,
) -> None:
    address = address_key(request.scope["client"])
    name, value = await process.shares.unlock(secret, known.password.get_secret_value(), address=address)
    response.set_cookie(
        name, value, max_age=12 * 3600, secure=is_https(request.headers), httponly=True, samesite="strict"
    )
    response.headers["cache-control"] = "no-store"
