"""/v1/shares/{secret}: what visitors see. The gateway checks the secret and puts the link's id in its place."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.catalog.domain import ImageRecord
from services.catalog.handlers.content import binary_responses, original_response, variant_response
from services.catalog.handlers.dependencies import Catalog, CurrentCatalog
from services.catalog.handlers.parameters import ImageId
from services.catalog.schemas.shared import SharedCollection, SharedImagePage, shared_image
from services.catalog.services.errors import DownloadNotAllowed, NoSuchImage, NoSuchShare, OriginalLost
from services.catalog.services.images.variants import Format, Preset
from services.catalog.services.shared import SharedService
from services.catalog.storage.shared import SharedRepository
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import open_to_all
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit
from services.kit.http.problems import Forbidden, InvalidCursor, RangeNotSatisfiable, problem_responses
from services.kit.http.strict import StrictRoute
from services.kit.postgres.database import RequestSession
from services.kit.principal import CurrentPrincipal
from services.protocol.shares import HEADER, SHARED, ShareClaims, unpacked

router = APIRouter(tags=["shares"], route_class=ETagRoute)
bytes_router = APIRouter(tags=["shares"], route_class=StrictRoute)
VISITORS: dict[str, Any] = {**open_to_all(), SHARED: True}
LASTING = "private, no-cache"
"""A link can be revoked: whoever has the bytes asks each time whether they are still shared."""


async def claims_of(
    request: Request,
    principal: CurrentPrincipal,
    secret: Annotated[str, Path(description="The link's secret.")],
) -> ShareClaims:
    del secret  # by now the link's id, for the log
    if not principal.is_service or HEADER not in request.headers:
        raise Forbidden("The gateway alone may ask this.")
    return unpacked(request.headers[HEADER])


CurrentShare = Annotated[ShareClaims, Depends(claims_of)]


def _shared(session: RequestSession, claims: ShareClaims) -> SharedService:
    return SharedService(SharedRepository(session, claims.owner_id, claims.collection_id), claims)


async def read_shared(image_id: UUID, claims: ShareClaims, catalog: Catalog, *, download: bool = False) -> ImageRecord:
    """Give the image, read in a transaction of its own."""
    async with catalog.database.transaction() as session:
        shared = _shared(session, claims)
        if download:
            shared.require_download()
        return await shared.image(image_id)


@router.get(
    "/v1/shares/{secret}",
    operation_id="shares_get",
    summary="Read a shared collection",
    description="As its visitors see it; no sign-in, the secret is enough. A link with a password is `share_locked` "
    "(403) until `:unlock` gave its cookie.",
    responses=problem_responses(NoSuchShare),
    openapi_extra=VISITORS,
)
async def shares_get(claims: CurrentShare, session: RequestSession) -> SharedCollection:
    name, description, count = await _shared(session, claims).collection()
    return SharedCollection(name=name, description=description, image_count=count, allow_download=claims.allow_download)


@router.get(
    "/v1/shares/{secret}/images",
    operation_id="shares_images",
    summary="List the images of a shared collection",
    description="Those that are its owner's own, last added first.",
    responses=problem_responses(NoSuchShare, InvalidCursor),
    openapi_extra=VISITORS,
)
async def shares_images(
    claims: CurrentShare, session: RequestSession, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> SharedImagePage:
    records, next_cursor = await _shared(session, claims).images(cursor=cursor, limit=limit)
    return SharedImagePage(items=[shared_image(record, claims.fields) for record in records], next_cursor=next_cursor)


@bytes_router.get(
    "/v1/shares/{secret}/images/{image_id}/variants/{preset}",
    operation_id="shares_variant",
    summary="Download a smaller copy of a shared image",
    description="`thumb` (at most 256 pixels), `preview` (1024) or `full`: upright, rotated, without metadata.",
    response_class=Response,
    responses={
        **binary_responses("image/jpeg", "image/webp"),
        **problem_responses(NoSuchImage, OriginalLost, RangeNotSatisfiable),
    },
    openapi_extra=VISITORS,
)
async def shares_variant(
    request: Request,
    image_id: ImageId,
    preset: Annotated[Preset, Path(description="How large.")],
    claims: CurrentShare,
    catalog: CurrentCatalog,
    file_format: Annotated[Format, Query(alias="format", description="How the copy is encoded.")] = Format.JPEG,
) -> Response:
    image = await read_shared(image_id, claims, catalog)
    return await variant_response(request, image, catalog, preset, image.rotation, file_format, lasting=LASTING)


@bytes_router.get(
    "/v1/shares/{secret}/images/{image_id}/content",
    operation_id="shares_content",
    summary="Download a shared original",
    description="Where the link allows it: the bytes as they were sent, with all that the camera wrote into them.",
    response_class=Response,
    responses={
        **binary_responses("image/jpeg"),
        **problem_responses(DownloadNotAllowed, NoSuchImage, OriginalLost, RangeNotSatisfiable),
    },
    openapi_extra=VISITORS,
)
async def shares_content(
    request: Request, image_id: ImageId, claims: CurrentShare, catalog: CurrentCatalog
) -> Response:
    image = await read_shared(image_id, claims, catalog, download=True)
    return original_response(request, image, catalog, lasting=LASTING)
