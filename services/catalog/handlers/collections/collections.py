"""/v1/collections."""

from fastapi import APIRouter, Request

from services.catalog.handlers.dependencies import Collections, CurrentCatalog
from services.catalog.handlers.parameters import CollectionId, ImageId
from services.catalog.schemas.collection import (
    Collection,
    CollectionChange,
    CollectionCreate,
    CollectionPage,
    collection_out,
)
from services.catalog.schemas.image import ImagePage, image_out
from services.catalog.services.collections import FavoritesStay
from services.catalog.services.errors import NoSuchCollection, NoSuchImage
from services.kit.http.etags import ETagRoute, require_match
from services.kit.http.openapi import needs
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit
from services.kit.http.problems import InvalidCursor, PreconditionFailed, problem_responses
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency
from services.kit.principal import CurrentPrincipal

router = APIRouter(tags=["collections"], route_class=ETagRoute)
READ, WRITE = needs("images:read"), needs("images:write")


@router.get(
    "/v1/collections",
    operation_id="collections_list",
    summary="List your collections",
    description="`favorites` among them; newest first.",
    responses=problem_responses(InvalidCursor),
    openapi_extra=READ,
)
async def collections_list(
    principal: CurrentPrincipal, collections: Collections, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> CollectionPage:
    records, next_cursor = await collections.page(principal, cursor=cursor, limit=limit)
    return CollectionPage(items=[collection_out(record) for record in records], next_cursor=next_cursor)


@router.post(
    "/v1/collections",
    operation_id="collections_create",
    summary="Make a collection",
    description="It is yours alone, and empty. Several may have one name.",
    status_code=201,
    response_model=Collection,
    responses=problem_responses(IdempotencyConflict, IdempotencyMismatch),
    openapi_extra=WRITE,
)
async def collections_create(
    body: CollectionCreate, principal: CurrentPrincipal, collections: Collections, idempotency: RequestIdempotency
) -> object:
    async def work() -> Collection:
        return collection_out(await collections.create(principal, name=body.name, description=body.description))

    return await idempotency.once(work)


@router.get(
    "/v1/collections/{collection_id}",
    operation_id="collections_get",
    summary="Read a collection",
    description="`favorites` names the collection that everyone has.",
    responses=problem_responses(NoSuchCollection),
    openapi_extra=READ,
)
async def collections_get(
    collection_id: CollectionId, principal: CurrentPrincipal, collections: Collections
) -> Collection:
    return collection_out(await collections.get(collection_id, principal))


@router.patch(
    "/v1/collections/{collection_id}",
    operation_id="collections_update",
    summary="Rename or describe a collection",
    description="`favorites` keeps its name. `If-Match` guards lost updates.",
    responses=problem_responses(NoSuchCollection, FavoritesStay, PreconditionFailed),
    openapi_extra=WRITE,
)
async def collections_update(
    request: Request,
    collection_id: CollectionId,
    change: CollectionChange,
    principal: CurrentPrincipal,
    collections: Collections,
) -> Collection:
    collection = await collections.get(collection_id, principal, lock=True)
    require_match(request, collection_out(collection))
    changed = await collections.change(collection, change.values(), principal)
    return collection_out(changed)


@router.delete(
    "/v1/collections/{collection_id}",
    operation_id="collections_delete",
    summary="Delete a collection",
    description="Its images stay. `favorites` cannot be deleted.",
    status_code=204,
    responses=problem_responses(NoSuchCollection, FavoritesStay, PreconditionFailed),
    openapi_extra=WRITE,
)
async def collections_delete(
    request: Request, collection_id: CollectionId, principal: CurrentPrincipal, collections: Collections
) -> None:
    collection = await collections.get(collection_id, principal, lock=True)
    require_match(request, collection_out(collection))
    await collections.delete(collection)


@router.get(
    "/v1/collections/{collection_id}/images",
    operation_id="collections_images",
    summary="List the images of a collection",
    description="Those that you may see, last added first.",
    responses=problem_responses(NoSuchCollection, InvalidCursor),
    openapi_extra=READ,
)
async def collections_images(
    collection_id: CollectionId,
    principal: CurrentPrincipal,
    collections: Collections,
    catalog: CurrentCatalog,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> ImagePage:
    records, next_cursor = await collections.images(collection_id, principal, cursor=cursor, limit=limit)
    return ImagePage(items=[image_out(record, catalog.taxonomy) for record in records], next_cursor=next_cursor)


@router.put(
    "/v1/collections/{collection_id}/images/{image_id}",
    operation_id="collections_add_image",
    summary="Put an image into a collection",
    description="Any image that you may see. Twice is the same as once.",
    status_code=204,
    responses=problem_responses(NoSuchCollection, NoSuchImage),
    openapi_extra=WRITE,
)
async def collections_add_image(
    collection_id: CollectionId, image_id: ImageId, principal: CurrentPrincipal, collections: Collections
) -> None:
    await collections.add(collection_id, image_id, principal)


@router.delete(
    "/v1/collections/{collection_id}/images/{image_id}",
    operation_id="collections_remove_image",
    summary="Take an image out of a collection",
    description="Twice is the same as once.",
    status_code=204,
    responses=problem_responses(NoSuchCollection),
    openapi_extra=WRITE,
)
async def collections_remove_image(
    collection_id: CollectionId, image_id: ImageId, principal: CurrentPrincipal, collections: Collections
) -> None:
    await collections.remove(collection_id, image_id, principal)
