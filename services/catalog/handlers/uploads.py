"""POST /v1/images."""

import hashlib
import json
import re
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from services.catalog.domain import ImageMetadata
from services.catalog.handlers.dependencies import CurrentCatalog
from services.catalog.handlers.receiving import UPLOAD_BODY, UploadMetadata, received
from services.catalog.schemas.image import Image, image_out
from services.catalog.services.images.ingest import Ingested
from services.kit.http.etags import ETagRoute, etag_of
from services.kit.http.openapi import needs
from services.kit.http.problems import ContentTooLarge, problem_responses
from services.kit.http.uploads import BodyIncomplete, BodyTooSlow, EmptyBody, ReceivedFile, upload_limit
from services.kit.postgres.idempotency import Idempotency, IdempotencyConflict, IdempotencyKey, IdempotencyMismatch
from services.kit.principal import CurrentPrincipal
from services.protocol.image_problems import IMAGE_PROBLEMS

router = APIRouter(tags=["images"], route_class=ETagRoute)
MAX_WAIT_S = 30
_WAIT = re.compile(r"(?:^|[,;]\s*)wait=(\d{1,5})\b")


@router.post(
    "/v1/images",
    operation_id="images_create",
    summary="Keep an image",
    description=(
        "Send the bytes as the body with their Content-Type, and what you say of it in the query; or a form with "
        "the part `file`. The image is labelled and embedded in the background: `Prefer: wait=5` waits for it, at most "
        "30 s. The same bytes again give the image that is there, with 200."
    ),
    status_code=201,
    response_model=Image,
    responses={
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
    openapi_extra={**needs("images:write", files=True), "requestBody": UPLOAD_BODY},
)
async def images_create(
    request: Request,
    principal: CurrentPrincipal,
    catalog: CurrentCatalog,
    query: Annotated[UploadMetadata, Query()],
    key: IdempotencyKey = None,
    prefer: Annotated[str, Header(max_length=200, description="`wait=N`: wait up to N seconds for the labels.")] = "",
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
    response.headers["location"] = f"/v1/images/{image_id}"
    wait_s = wait_seconds(prefer)
    if not kept or wait_s == 0:  # a replayed answer stays what it was
        return response
    return await _after_waiting(response, image_id, catalog, principal, wait_s=wait_s)


async def _after_waiting(
    response: Response, image_id: UUID, catalog: CurrentCatalog, principal: CurrentPrincipal, *, wait_s: int
) -> Response:
    """Answer with the image as it is after the wait."""
    image = await catalog.ingest.wait(image_id, principal.identity, seconds=wait_s)
    if image is None:  # deleted meanwhile: what was acknowledged is the answer
        return response
    body = image_out(image, catalog.taxonomy).model_dump_json().encode()
    headers = {"location": f"/v1/images/{image_id}", "preference-applied": f"wait={wait_s}", "etag": etag_of(body)}
    return Response(body, response.status_code, headers, media_type="application/json")


def fingerprint_of(upload: ReceivedFile, metadata: ImageMetadata) -> str:
    """Give a digest of the whole body: of the file, and of what a form says beside it."""
    said = json.dumps(asdict(metadata), sort_keys=True)
    return hashlib.sha256(f"{upload.sha256} {said}".encode()).hexdigest()


def wait_seconds(prefer: str) -> int:
    """Give N of `Prefer: wait=N` (RFC 7240), at most 30; 0 when it is not asked for."""
    found = _WAIT.search(prefer)
    return min(int(found.group(1)), MAX_WAIT_S) if found else 0
