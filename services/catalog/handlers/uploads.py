"""POST /v1/images, and the form."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any
from urllib.request import parse_http_list

from fastapi import APIRouter, Header, Query, Request, Response

from services.catalog.handlers.dependencies import Catalog, CurrentCatalog
from services.catalog.handlers.receiving import FORM_BODY, Upload, UploadMetadata, received
from services.catalog.schemas.image import Image, UploadedImage, uploaded_image
from services.catalog.services.errors import DuplicateImage, QuotaExceeded
from services.catalog.services.images.ingest import Ingested
from services.kit import context
from services.kit.declared_headers import LOCATED
from services.kit.failpoints import failpoint
from services.kit.http.etags import ETagRoute, etag_of
from services.kit.http.openapi import needs
from services.kit.http.problems import ContentTooLarge, problem_responses
from services.kit.http.uploads import (
    MULTIPART,
    BodyIncomplete,
    BodyTooSlow,
    EmptyBody,
    content_type,
    upload_limit,
)
from services.kit.postgres.idempotency import Idempotency, IdempotencyConflict, IdempotencyKey, IdempotencyMismatch
from services.kit.principal import CurrentPrincipal, Principal
from services.protocol.image_bodies import RAW_IMAGE_BODY
from services.protocol.image_problems import IMAGE_PROBLEMS, NotAnImageType
from services.protocol.quota import HEADER, unpacked

router = APIRouter(tags=["images"], route_class=ETagRoute)
MAX_WAIT_S = 30


Prefer = Annotated[
    str,
    Header(
        alias="Prefer",
        description="`wait=N`: wait for the labels, N seconds, at most 30; Preference-Applied says how long.",
    ),
]
"""Declared for the document; `wait_seconds` reads it, for it may come several times."""
_IN_BACKGROUND = (
    "It is labelled and embedded in the background: `Prefer: wait=5` waits for that, at most 30 s. The same bytes "
    "again give the image that is there, with 200 and `duplicate: true`; `on_duplicate` says what becomes of what is "
    "said of it. If the original of that image is lost or damaged, these bytes take its place, with `mended: true`. If "
    "the image is in the trash, it is restored as it was, with `restored: true`."
)
_CREATES: dict[str, Any] = {
    "status_code": 201,
    "response_model": UploadedImage,
    "responses": {
        200: {
            "model": UploadedImage,
            "description": "You have these bytes already: the image that is there.",
            **LOCATED,
        },
        201: LOCATED,
        **problem_responses(
            DuplicateImage,
            QuotaExceeded,
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
    _prefer: Prefer = "",
) -> Response:
    return await _kept(request, principal, catalog, query, key=key)


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
    _prefer: Prefer = "",
) -> Response:
    if content_type(request) != MULTIPART:
        raise NotAnImageType(f"Send {MULTIPART} with the image as the part `file`; to POST /v1/images, the bytes.")
    return await _kept(request, principal, catalog, UploadMetadata(), key=key)


async def _kept(
    request: Request, principal: Principal, catalog: Catalog, query: UploadMetadata, *, key: str | None
) -> Response:
    ingest, owner = catalog.ingest, str(principal.identity)
    async with received(request, query, limit=upload_limit(request)) as upload:
        failpoint("upload.body")
        checked = await ingest.check(upload.file, principal)
        failpoint("upload.checked")
        digest = fingerprint_of(upload)
        kept: list[Ingested] = []

        async def work() -> UploadedImage:
            kept.append(
                await ingest.keep(
                    session,
                    stored,
                    upload.metadata,
                    principal,
                    on_duplicate=upload.on_duplicate,
                    changes=upload.changes,
                    quota=unpacked(request.headers.get(HEADER)),
                )
            )
            return uploaded_image(kept[0].image, catalog.taxonomy, became=became(kept[0], mended=checked.mended))

        with catalog.keys_in_flight.hold(owner, key):
            async with catalog.database.transaction() as session:
                response = await Idempotency(session, owner=owner, key=key, request=request).replay(digest=digest)
            if response is None:
                async with (
                    ingest.stored(upload.file, checked.decoded) as stored,
                    catalog.database.transaction() as session,
                ):
                    response = await Idempotency(session, owner=owner, key=key, request=request).once(
                        work, digest=digest, status_of=lambda _: 201 if kept[0].is_new else 200
                    )
                failpoint("upload.committed")
    wait_s = wait_seconds(request.headers.getlist("prefer"))
    if kept and wait_s:  # a replayed answer stays what it was
        response = await _after_waiting(response, kept[0], catalog, principal, mended=checked.mended, wait_s=wait_s)
    return _described(response)


async def _after_waiting(
    response: Response, kept: Ingested, catalog: Catalog, principal: Principal, *, mended: bool, wait_s: int
) -> Response:
    """Answer with the image as it is after the wait."""
    image = await catalog.ingest.wait(kept.image.id, principal.identity, seconds=wait_s)
    if image is None:  # deleted meanwhile: what was acknowledged is the answer
        return response
    body = uploaded_image(image, catalog.taxonomy, became=became(kept, mended=mended)).model_dump_json()
    headers = {"preference-applied": f"wait={wait_s}"}
    return Response(body, response.status_code, headers, media_type="application/json")


def became(kept: Ingested, *, mended: bool) -> dict[str, bool]:
    return {"duplicate": not kept.is_new, "mended": mended, "restored": kept.is_restored}


def _described(response: Response) -> Response:
    """Say where the image is, and give the ETag that it has there, where it says nothing of duplicates."""
    said = UploadedImage.model_validate_json(bytes(response.body))
    image = Image.model_validate(said.model_dump(exclude={"duplicate", "mended", "restored"}))
    response.headers["location"] = context.public(f"/v1/images/{image.id}")
    response.headers["etag"] = etag_of(image.model_dump_json().encode(), Image)
    return response


def fingerprint_of(upload: Upload) -> str:
    """Give a digest of the whole body: of the file, and of what a form says beside it."""
    said = json.dumps([asdict(upload.metadata), sorted(upload.given), upload.on_duplicate], sort_keys=True)
    return hashlib.sha256(f"{upload.file.sha256} {said}".encode()).hexdigest()


def wait_seconds(headers: Sequence[str]) -> int:
    """Give N of `Prefer: wait=N` (RFC 7240), at most 30; 0 when it is not asked for. The first one counts, and what is
    no preference of ours is passed over, as the standard wants it."""
    for preference in parse_http_list(",".join(headers)):
        name, _, rest = preference.partition("=")
        if name.strip().lower() == "wait":
            value = rest.partition(";")[0].strip().removeprefix('"').removesuffix('"')
            return min(int(value[:9]), MAX_WAIT_S) if value.isascii() and value.isdigit() else 0
    return 0
