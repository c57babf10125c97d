"""Search by example, for the public."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from services.kit.http.openapi import needs
from services.kit.http.problems import ContentTooLarge, problem_responses
from services.kit.http.uploads import BodyIncomplete, BodyTooSlow, EmptyBody
from services.kit.principal import CurrentPrincipal
from services.protocol.image_problems import IMAGE_PROBLEMS, DecoderBusy
from services.similarity.embedding import EmbedderBusy, ModelMissing, ModelNotReady
from services.similarity.handlers.dependencies import Search
from services.similarity.handlers.search_request import SEARCH_BODY, question_about, received_question
from services.similarity.schemas.search import SimilarImages, SimilarOptions, similar_images
from services.similarity.services.errors import (
    InvalidQueryVector,
    NoSuchImage,
    NotEmbeddedYet,
    NothingEmbedded,
    UnknownLabel,
    UnknownUpload,
    WrongQueryDimension,
)

router = APIRouter(prefix="/v1", tags=["similar"])
Options = Annotated[SimilarOptions, Query()]


@router.get(
    "/images/{image_id}/similar",
    operation_id="images_similar",
    summary="Images like this one",
    description="Best first, without the image itself. There are `limit` hits whenever so many images fit, whatever "
    "the filter. While the image waits for its vector the answer is 409 `not_embedded_yet`, with Retry-After.",
    responses=problem_responses(NoSuchImage, NotEmbeddedYet, UnknownLabel, ModelMissing, ModelNotReady),
    openapi_extra=needs("images:read"),
)
async def images_similar(image_id: UUID, options: Options, viewer: CurrentPrincipal, search: Search) -> SimilarImages:
    return similar_images(await search.search(question_about(image_id, options, viewer.identity), viewer))


@router.post(
    "/search/similar",
    operation_id="search_similar",
    summary="Search by example",
    description="Like one or several images of the library, pictures sent along, or vectors; and unlike others. "
    "Three kinds of body: JSON; a form whose part `request` is that JSON and whose files it names as `upload`; or a "
    "picture alone, with the options in the query (which count with it only). Pictures have 25 MiB at the most, "
    "together, and are not kept.",
    responses=problem_responses(
        BodyIncomplete,
        NoSuchImage,
        BodyTooSlow,
        NotEmbeddedYet,
        NothingEmbedded,
        ContentTooLarge,
        *IMAGE_PROBLEMS,
        EmptyBody,
        UnknownLabel,
        UnknownUpload,
        InvalidQueryVector,
        WrongQueryDimension,
        ModelMissing,
        ModelNotReady,
        EmbedderBusy,
        DecoderBusy,
    ),
    openapi_extra={**needs("images:read", files=True), "requestBody": SEARCH_BODY},
)
async def search_similar(request: Request, options: Options, viewer: CurrentPrincipal, search: Search) -> SimilarImages:
    async with received_question(request, options, viewer.identity) as question:
        return similar_images(await search.search(question, viewer))
