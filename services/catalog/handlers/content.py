"""The bytes: the original and its variants."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from services.catalog.domain import ImageRecord
from services.catalog.handlers.dependencies import Catalog, CurrentCatalog, read_image
from services.catalog.handlers.parameters import ImageId
from services.catalog.schemas.image import Rotation
from services.catalog.services.errors import NoSuchImage, OriginalLost
from services.catalog.services.images.variants import MEDIA_TYPES, Format, Preset
from services.kit.http.openapi import needs
from services.kit.http.problems import RangeNotSatisfiable, problem_responses
from services.kit.http.ranges import bytes_response
from services.kit.http.strict import StrictRoute
from services.kit.principal import CurrentPrincipal
from services.vision.decoding.media_types import FORMATS
from services.vision.decoding.model import RENDERER_VERSION

router = APIRouter(tags=["content"], route_class=StrictRoute)
EXTENSIONS = {media_type: known.extension for media_type, known in FORMATS.items()}
HARDENED = {
    "vary": "accept",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
}
IMMUTABLE = "private, max-age=31536000, immutable"
BINARY = {"schema": {"type": "string", "format": "binary"}}


OCTETS = "application/octet-stream"


def binary_responses(*media_types: str) -> dict[int | str, dict[str, object]]:
    content = dict.fromkeys((OCTETS, *media_types), BINARY)
    return {
        200: {"description": "All bytes.", "content": content},
        206: {"description": "The bytes of the Range asked for.", "content": content},
        304: {"description": "You have it: If-None-Match names its ETag."},
    }


@router.get(
    "/v1/images/{image_id}/content",
    operation_id="images_content",
    summary="Download the original",
    description="The bytes as they were sent, as an attachment. Understands Range, If-Range and If-None-Match. With "
    "`Accept: application/octet-stream` that is their media type. An original whose bytes are lost or are others than "
    "were sent is 410, or, when that is found while they are sent, an answer that breaks off before its last bytes.",
    response_class=Response,
    responses={**binary_responses(*EXTENSIONS), **problem_responses(NoSuchImage, OriginalLost, RangeNotSatisfiable)},
    openapi_extra=needs("images:read"),
)
async def images_content(
    request: Request, image_id: ImageId, principal: CurrentPrincipal, catalog: CurrentCatalog
) -> Response:
    image = await read_image(image_id, principal, catalog)
    return original_response(request, image, catalog, lasting=IMMUTABLE)


def original_response(request: Request, image: ImageRecord, catalog: Catalog, *, lasting: str) -> Response:
    """Answer with the original, or the asked part of it; `lasting` is its Cache-Control."""
    return bytes_response(
        request,
        read=lambda start, length: catalog.originals.read(image.original, start, length),
        size=image.bytes,
        etag=f'"{image.sha256}"',
        media_type=accepted(request, image.media_type),
        headers={
            **HARDENED,
            "content-disposition": _attachment(image),
            "cache-control": lasting,
        },
    )


@router.get(
    "/v1/images/{image_id}/variants/{preset}",
    operation_id="images_variant",
    summary="Download a smaller copy",
    description=(
        "`thumb` (at most 256 pixels), `preview` (1024) or `full`: upright, rotated, without metadata. With `rotation` "
        "and the present `renderer` in the query, as in the image's `urls`, the answer never changes and may be cached "
        "for ever."
    ),
    response_class=Response,
    responses={
        **binary_responses("image/jpeg", "image/webp"),
        **problem_responses(NoSuchImage, OriginalLost, RangeNotSatisfiable),
    },
    openapi_extra=needs("images:read"),
)
async def images_variant(
    request: Request,
    image_id: ImageId,
    preset: Annotated[Preset, Path(description="How large.")],
    principal: CurrentPrincipal,
    catalog: CurrentCatalog,
    rotation: Annotated[Rotation | None, Query(description="Degrees clockwise, instead of the image's own.")] = None,
    file_format: Annotated[Format, Query(alias="format", description="How the copy is encoded.")] = Format.JPEG,
    renderer: Annotated[
        int | None,
        Query(
            ge=1,
            le=1_000_000,
            description="Version of the renderer, as the image's `urls` have it. The present one "
            "answers, whatever is asked for: it is for caches.",
        ),
    ] = None,
) -> Response:
    image = await read_image(image_id, principal, catalog)
    degrees = image.rotation if rotation is None else int(rotation)
    lasting = IMMUTABLE if rotation is not None and renderer == RENDERER_VERSION else "private, no-cache"
    return await variant_response(request, image, catalog, preset, degrees, file_format, lasting=lasting)


async def variant_response(
    request: Request,
    image: ImageRecord,
    catalog: Catalog,
    preset: Preset,
    degrees: int,
    file_format: Format,
    *,
    lasting: str,
) -> Response:
    """Answer with a copy, or the asked part of it; `lasting` is its Cache-Control."""
    key, size = await catalog.variants.ensure(image, preset=preset, rotation=degrees, file_format=file_format)
    return bytes_response(
        request,
        read=lambda start, length: catalog.store.read(key, start, length),
        size=size,
        etag=f'"{image.sha256[:32]}-{preset}-{degrees}-{file_format}-v{RENDERER_VERSION}"',
        media_type=accepted(request, MEDIA_TYPES[file_format]),
        headers={**HARDENED, "cache-control": lasting},
    )


def accepted(request: Request, media_type: str) -> str:
    """Bytes of no type for who accepts nothing else: some SDK generators know no media types of files."""
    return OCTETS if request.headers.get("accept") == OCTETS else media_type


def _attachment(image: ImageRecord) -> str:
    extension = EXTENSIONS[image.media_type]
    name = image.file_name or f"{image.title or image.id}.{extension}"
    plain = "".join(
        character if (character.isascii() and character.isalnum()) or character in "-_. " else "_" for character in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
