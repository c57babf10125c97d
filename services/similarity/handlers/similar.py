"""Search by example, for the public."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request

from services.kit.http.openapi import needs
from services.kit.http.problems import ApiError, ContentTooLarge, problem_responses
from services.kit.http.strict import StrictRoute
from services.kit.http.uploads import BodyIncomplete, BodyTooSlow, EmptyBody
from services.kit.principal import CurrentPrincipal
from services.protocol.filters import UnknownLabel
from services.protocol.image_bodies import RAW_IMAGE_BODY
from services.protocol.image_problems import IMAGE_PROBLEMS, IMAGE_TYPES, DecoderBusy
from services.similarity.embedding import EmbedderBusy, ModelMissing, ModelNotReady
from services.similarity.handlers.dependencies import Search
from services.similarity.handlers.search_request import (
    UPLOAD_BODY,
    question_about,
    question_of,
    received_form_question,
    received_picture_question,
)
from services.similarity.schemas.search import SimilarImages, SimilarOptions, SimilarSearch, similar_images
from services.similarity.services.errors import (
    InvalidQueryVector,
    NoSuchImage,
    NotEmbeddedYet,
    NothingEmbedded,
    UnknownUpload,
    WrongQueryDimension,
)

router = APIRouter(prefix="/v1", tags=["similar"], route_class=StrictRoute)
Options = Annotated[SimilarOptions, Query()]
ImageId = Annotated[UUID, Path(description="An image's id.")]


@router.get(
    "/images/{image_id}/similar",
    operation_id="images_similar",
    summary="Find images like this one",
    description="Best first, without the image itself. There are `limit` hits whenever so many images fit, whatever "
    "the filter. While the image waits for its vector the answer is 409 `not_embedded_yet`, with Retry-After.",
    responses=problem_responses(NoSuchImage, NotEmbeddedYet, UnknownLabel, ModelMissing, ModelNotReady),
    openapi_extra=needs("images:read"),
)
async def images_similar(
    image_id: ImageId, options: Options, viewer: CurrentPrincipal, search: Search
) -> SimilarImages:
    return similar_images(await search.search(question_about(image_id, options, viewer.identity), viewer))


_BY_EXAMPLE: tuple[type[ApiError], ...] = (
    NoSuchImage,
    NotEmbeddedYet,
    NothingEmbedded,
    ContentTooLarge,
    UnknownLabel,
    UnknownUpload,
    InvalidQueryVector,
    WrongQueryDimension,
    ModelMissing,
    ModelNotReady,
    EmbedderBusy,
    DecoderBusy,
)
_BY_PICTURE: tuple[type[ApiError], ...] = (BodyIncomplete, BodyTooSlow, EmptyBody, *IMAGE_PROBLEMS)


@router.post(
    "/search/similar",
    operation_id="search_similar",
    summary="Search by example",
    description="Like one or several images of the library, or vectors; and unlike others. To send pictures along, "
    "there are `/v1/search/similar:upload` (a form) and `/v1/search/similar:picture` (one picture as the body).",
    responses=problem_responses(*_BY_EXAMPLE, *IMAGE_PROBLEMS),
    openapi_extra=needs("images:read"),
)
async def search_similar(asked: SimilarSearch, viewer: CurrentPrincipal, search: Search) -> SimilarImages:
    return similar_images(await search.search(question_of(asked, viewer.identity), viewer))


@router.post(
    "/search/similar:upload",
    operation_id="search_similar_upload",
    summary="Search by example, with pictures in a form",
    description="The part `request` is the JSON of `/v1/search/similar`; it names the form's files, whatever their "
    "parts are called, as `upload`. Without it: images like the part `file`. Pictures have 100 MiB at the most, "
    "together, and are not kept.",
    responses=problem_responses(*_BY_EXAMPLE, *_BY_PICTURE),
    openapi_extra={**needs("images:read", files=True), "requestBody": UPLOAD_BODY},
)
async def search_similar_upload(request: Request, viewer: CurrentPrincipal, search: Search) -> SimilarImages:
    async with received_form_question(request, viewer.identity) as question:
        return similar_images(await search.search(question, viewer))


@router.post(
    "/search/similar:picture",
    operation_id="search_similar_picture",
    summary="Find images like a picture",
    description=f"The picture is the body, as application/octet-stream or as what it is ({', '.join(IMAGE_TYPES)}). "
    "It has 100 MiB at the most, and is not kept.",
    responses=problem_responses(*_BY_EXAMPLE, *_BY_PICTURE),
    openapi_extra={**needs("images:read", files=True), "requestBody": RAW_IMAGE_BODY},
)
async def search_similar_picture(
    request: Request, options: Options, viewer: CurrentPrincipal, search: Search
) -> SimilarImages:
    async with received_picture_question(request, options, viewer.identity) as question:
        return similar_images(await search.search(question, viewer))
