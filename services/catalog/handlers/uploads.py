"""POST /v1/images, and the form."""

import hashlib
import json
import re
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from services.catalog.domain import ImageMetadata
from services.catalog.handlers.dependencies import Catalog, CurrentCatalog
from services.catalog.handlers.receiving import FORM_BODY, UploadMetadata, received
from services.catalog.schemas.image import Image, image_out
from services.catalog.services.images.ingest import Ingested
from services.kit import context
from services.kit.http.etags import ETagRoute, etag_of
from services.kit.http.openapi import needs
from services.kit.http.problems import ContentTooLarge, problem_responses
from services.kit.http.uploads import (
    MULTIPART,
    BodyIncomplete,
    BodyTooSlow,
    EmptyBody,
    ReceivedFile,
    content_type,
    upload_limit,
)
from services.kit.postgres.idempotency import Idempotency, IdempotencyConflict, IdempotencyKey, IdempotencyMismatch
from services.kit.principal import CurrentPrincipal, Principal
from services.protocol.image_bodies import RAW_IMAGE_BODY
from services.protocol.image_problems import IMAGE_PROBLEMS, NotAnImageType

router = APIRouter(tags=["images"], route_class=ETagRoute)
MAX_WAIT_S = 30
_WAIT = re.compile(r"(?:^|[,;]\s*)wait=(\d{1,5})\b")


Prefer = Annotated[str, Header(max_length=200, description="`wait=N`: wait up to N seconds for the labels.")]
_IN_BACKGROUND = (
    "It is labelled and embedded in the background: `Prefer: wait=5` waits for that, at most 30 s. The same bytes "
    "again give the image that is there, with 200."
)
_CREATES: dict[str, Any] = {
    "status_code": 201,
    "response_model": Image,
    "responses": {
        200: {"model": Image, "description": "You have these bytes already: the image that is there."},
        **problem_responses(
            IdempotencyConflict,
            *IMAGE_PROBLEMS,
            BodyIncomplete,
            BodyTooSlow,
            ContentTooLarge,
            EmptyBody,
            IdempotencyMismatch,
        ),
    },
}


@router.post(
    "/v1/images",
    operation_id="images_create",
    summary="Keep an image",
    description=f"Its bytes are the body, and the query says what there is to say of it. {_IN_BACKGROUND} A form is "
    "taken here too, as `/v1/images:upload` describes it.",
    openapi_extra={**needs("images:write", files=True), "requestBody": RAW_IMAGE_BODY},
    **_CREATES,
)
async def images_create(
    request: Request,
    principal: CurrentPrincipal,
    catalog: CurrentCatalog,
    query: Annotated[UploadMetadata, Query()],
    key: IdempotencyKey = None,
    prefer: Prefer = "",
) -> Response:
    return await _kept(request, principal, catalog, query, key=key, prefer=prefer)


@router.post(
    "/v1/images:upload",
    operation_id="images_upload",
    summary="Keep an image that comes as a form",
    description=f"As `POST /v1/images`, for clients that send files as forms. {_IN_BACKGROUND}",
    openapi_extra={**needs("images:write", files=True), "requestBody": FORM_BODY},
    **_CREATES,
)
async def images_upload(
    request: Request,
    principal: CurrentPrincipal,
    catalog: CurrentCatalog,
    key: IdempotencyKey = None,
    prefer: Prefer = "",
) -> Response:
    if content_type(request) != MULTIPART:
        raise NotAnImageType(f"Send {MULTIPART} with the image as the part `file`; to POST /v1/images, the bytes.")
    return await _kept(request, principal, catalog, UploadMetadata(), key=key, prefer=prefer)


async def _kept(
    request: Request,
    principal: Principal,
    catalog: Catalog,
    query: UploadMetadata,
    *,
    key: str | None,
    prefer: str,
) -> Response:
    ingest, owner = catalog.ingest, str(principal.identity)
    async with received(request, query, limit=upload_limit(request)) as (upload, metadata):
        decoded = await ingest.decode(upload, principal)
        digest = fingerprint_of(upload, metadata)
        kept: list[Ingested] = []

        async def work() -> Image:
            kept.append(await ingest.keep(session, stored, metadata, principal))
            return image_out(kept[0].image, catalog.taxonomy)

        with catalog.keys_in_flight.hold(owner, key):
            async with catalog.database.transaction() as session:
                response = await Idempotency(session, owner=owner, key=key, request=request).replay(digest=digest)
            if response is None:
                async with ingest.stored(upload, decoded) as stored, catalog.database.transaction() as session:
                    response = await Idempotency(session, owner=owner, key=key, request=request).once(
                        work, digest=digest, status_of=lambda _: 201 if kept[0].is_new else 200
                    )
    image_id = kept[0].image.id if kept else UUID(json.loads(bytes(response.body))["id"])
    response.headers["location"] = context.public(f"/v1/images/{image_id}")
    wait_s = wait_seconds(prefer)
    if not kept or wait_s == 0:  # a replayed answer stays what it was
        return response
    return await _after_waiting(response, image_id, catalog, principal, wait_s=wait_s)


async def _after_waiting(
    response: Response, image_id: UUID, catalog: Catalog, principal: Principal, *, wait_s: int
) -> Response:
    """Answer with the image as it is after the wait."""
    image = await catalog.ingest.wait(image_id, principal.identity, seconds=wait_s)
    if image is None:  # deleted meanwhile: what was acknowledged is the answer
        return response
    body = image_out(image, catalog.taxonomy).model_dump_json().encode()
    headers = {
        "location": response.headers["location"],
        "preference-applied": f"wait={wait_s}",
        "etag": etag_of(body),
    }
    return Response(body, response.status_code, headers, media_type="application/json")


def fingerprint_of(upload: ReceivedFile, metadata: ImageMetadata) -> str:
    """Give a digest of the whole body: of the file, and of what a form says beside it."""
    said = json.dumps(asdict(metadata), sort_keys=True)
    return hashlib.sha256(f"{upload.sha256} {said}".encode()).hexdigest()


def wait_seconds(prefer: str) -> int:
    """Give N of `Prefer: wait=N` (RFC 7240), at most 30; 0 when it is not asked for."""
    found = _WAIT.search(prefer)
    return min(int(found.group(1)), MAX_WAIT_S) if found else 0
