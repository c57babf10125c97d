"""/v1/downloads: many originals in one ZIP file."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from services.catalog.handlers.content import BINARY, OCTETS, accepted
from services.catalog.handlers.dependencies import CurrentCatalog, Downloads, read_download
from services.catalog.schemas.streams.download import Download, DownloadCreate
from services.catalog.services.errors import NoSuchCollection, NoSuchDownload, NoSuchImage, TooManyImages
from services.catalog.services.streams.downloads import archived
from services.kit import context
from services.kit.http.etags import ETagRoute
from services.kit.http.limits import MIB
from services.kit.http.openapi import needs
from services.kit.http.problems import problem_responses
from services.kit.http.strict import StrictRoute
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency
from services.kit.principal import CurrentPrincipal
from services.kit.streams.answers import LastingResponse

router = APIRouter(tags=["downloads"], route_class=ETagRoute)
bytes_router = APIRouter(tags=["downloads"], route_class=StrictRoute)
ZIP = "application/zip"


@router.post(
    "/v1/downloads",
    operation_id="downloads_create",
    summary="Prepare a ZIP file",
    description="Of up to 10,000 images, or of a collection. The file is made while it is downloaded from `url`.",
    status_code=201,
    response_model=Download,
    responses=problem_responses(NoSuchImage, NoSuchCollection, TooManyImages, IdempotencyConflict, IdempotencyMismatch),
    openapi_extra=needs("images:read", body_limit=MIB),
)
async def downloads_create(
    asked: DownloadCreate, principal: CurrentPrincipal, downloads: Downloads, idempotency: RequestIdempotency
) -> object:
    async def work() -> Download:
        if asked.collection is not None:
            made = await downloads.of_collection(asked.collection, principal)
        else:
            made = await downloads.of_images(asked.ids, principal)
        download_id, name, sizes, expires_at = made
        return Download(
            id=download_id,
            file_name=f"{name}.zip",
            image_count=len(sizes),
            bytes=sum(sizes.values()),
            url=context.public(f"/v1/downloads/{download_id}/content"),
            expires_at=expires_at,
        )

    return await idempotency.once(work)


@bytes_router.get(
    "/v1/downloads/{download_id}/content",
    operation_id="downloads_content",
    summary="Download a ZIP file",
    description="The originals, stored as they are, and `manifest.json`, which says what became of each: what could "
    "not be read, or not whole, says so there. Two at once a user. With `Accept: application/octet-stream` that is its "
    "media type.",
    response_class=Response,
    responses={
        200: {
            "description": "The file, made while it is sent.",
            "content": dict.fromkeys((OCTETS, ZIP), BINARY),
        },
        **problem_responses(NoSuchDownload),
    },
    openapi_extra=needs("images:read"),
)
async def downloads_content(
    request: Request,
    download_id: Annotated[UUID, Path(description="A download's id.")],
    principal: CurrentPrincipal,
    catalog: CurrentCatalog,
) -> Response:
    found = await read_download(download_id, principal, catalog)
    place = catalog.archives.take(principal.identity)
    return LastingResponse(
        archived(catalog.database, catalog.store, found.image_ids, principal.identity),
        place=place,
        media_type=accepted(request, ZIP),
        headers={
            "content-disposition": f"attachment; filename=\"pictor.zip\"; filename*=UTF-8''{quote(found.name)}.zip",
            "cache-control": "private, no-store",
            "x-content-type-options": "nosniff",
        },
    )
