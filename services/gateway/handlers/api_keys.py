"""The caller's API keys."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response

from services.gateway.handlers.dependencies import ApiKeys
from services.gateway.schemas.api_keys import ApiKeyCreate, ApiKeyPage, ApiKeyRotate, ApiKeyWithSecret
from services.gateway.services.errors import InsufficientScope, KeyExpired, TooManyKeys
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit
from services.kit.http.problems import ContentTooLarge, InvalidCursor, NotFound, problem_responses
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency

router = APIRouter(route_class=ETagRoute, tags=["account"])
KeyId = Annotated[UUID, Path(description="An API key's id.")]
Rotation = Annotated[ApiKeyRotate, Body(default_factory=ApiKeyRotate)]
ONCE = (IdempotencyConflict, IdempotencyMismatch, InsufficientScope, ContentTooLarge)


@router.get(
    "/v1/api-keys",
    operation_id="api_keys_list",
    summary="List API keys",
    description="The caller's keys that are not revoked, newest first, without their secrets.",
    responses=problem_responses(InvalidCursor),
    openapi_extra=needs("account"),
)
async def list_api_keys(keys: ApiKeys, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT) -> ApiKeyPage:
    return await keys.page(cursor, limit)


@router.post(
    "/v1/api-keys",
    operation_id="api_keys_create",
    summary="Make an API key",
    description=(
        "The answer shows the key, this once. A repetition under the same Idempotency-Key shows it again for 24 h, so "
        "that an answer lost on the way does not leave a key that nobody can use."
    ),
    status_code=201,
    response_model=ApiKeyWithSecret,
    responses=problem_responses(TooManyKeys, *ONCE),
    openapi_extra=needs("account"),
)
async def create_api_key(wanted: ApiKeyCreate, keys: ApiKeys, idempotency: RequestIdempotency) -> Response:
    return keys.unseal(await idempotency.once(lambda: keys.create(wanted)))


@router.post(
    "/v1/api-keys/{key_id}:rotate",
    operation_id="api_keys_rotate",
    summary="Give an API key a new secret",
    description="The id, name, scopes and expiry stay. The old secret ends now, or after `overlap_s`.",
    status_code=200,
    response_model=ApiKeyWithSecret,
    responses=problem_responses(NotFound, KeyExpired, *ONCE),
    openapi_extra=needs("account"),
)
async def rotate_api_key(key_id: KeyId, keys: ApiKeys, idempotency: RequestIdempotency, rotation: Rotation) -> Response:
    work = idempotency.once(lambda: keys.rotate(key_id, rotation), status=200)
    return keys.unseal(await work)


@router.delete(
    "/v1/api-keys/{key_id}",
    operation_id="api_keys_delete",
    summary="Revoke an API key",
    description="It works nowhere after 5 s. Revoking it again is no error.",
    status_code=204,
    responses=problem_responses(NotFound),
    openapi_extra=needs("account"),
)
async def delete_api_key(key_id: KeyId, keys: ApiKeys) -> None:
    await keys.revoke(key_id)
