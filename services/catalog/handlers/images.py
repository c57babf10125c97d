"""/v1/images: find, read, change, delete."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.catalog.domain import Include
from services.catalog.handlers.dependencies import CurrentCatalog, Explaining, Images, Search
from services.catalog.handlers.parameters import ImageId
from services.catalog.schemas.explanation import explanations_out
from services.catalog.schemas.facets import cameras_out, facets_out
from services.catalog.schemas.image import (
    Image,
    ImageChange,
    ImageLabels,
    ImagePage,
    PageStart,
    image_labels,
    image_out,
)
from services.catalog.schemas.search import ImageQuery, search_filter
from services.catalog.services.errors import EmptyQuery, NoSuchImage, NotOwner
from services.catalog.services.search.explain import Asked
from services.kit.http.etags import ETagRoute, require_match
from services.kit.http.openapi import needs
from services.kit.http.problems import InvalidCursor, PreconditionFailed, problem_responses
from services.kit.http.values import NUMBER_OF_TEXT, Number, TextBoolean
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency
from services.kit.principal import CurrentPrincipal
from services.protocol.filters import UnknownLabel

router = APIRouter(tags=["images"], route_class=ETagRoute)


@router.get(
    "/v1/images",
    operation_id="images_list",
    summary="Find images",
    description="Everything you may see that fits, as pages. Without parameters: all, newest first.",
    responses=problem_responses(InvalidCursor, UnknownLabel, EmptyQuery),
    openapi_extra=needs("images:read"),
)
async def images_list(
    query: Annotated[ImageQuery, Query()],
    principal: CurrentPrincipal,
    search: Search,
    explaining: Explaining,
    catalog: CurrentCatalog,
) -> ImagePage:
    found = await search.page(
        search_filter(query, principal.identity, catalog.taxonomy, catalog.analyzer),
        viewer=principal.identity,
        sort=query.sort,
        seed=query.seed,
        cursor=query.cursor,
        limit=query.limit,
        facets=Include.FACETS in query.include,
        total=Include.TOTAL in query.include,
        outline=Include.OUTLINE in query.include,
        cameras=Include.CAMERAS in query.include,
    )
    page = ImagePage(
        items=[image_out(record, catalog.taxonomy) for record in found.images],
        next_cursor=found.cursor,
        facets=facets_out(found.facets) if found.facets else None,
        total=found.total.count if found.total else None,
        outline=None if found.outline is None else [PageStart(cursor=cursor, at=at) for cursor, at in found.outline],
        cameras=None if found.cameras is None else cameras_out(found.cameras),
        total_is_lower_bound=found.total.is_lower_bound if found.total else None,
    )
    if Include.EXPLAIN in query.include:
        asked = Asked(query.q, tuple(query.label), tuple(query.any_label), tuple(query.tag), query.min_score)
        page.explain = explanations_out(await explaining.explain(found.images, asked), catalog.taxonomy)
    return page


@router.get(
    "/v1/images/{image_id}",
    operation_id="images_get",
    summary="Read an image",
    description="With its labels, as far as there are any.",
    responses=problem_responses(NoSuchImage),
    openapi_extra=needs("images:read"),
)
async def images_get(image_id: ImageId, principal: CurrentPrincipal, images: Images, catalog: CurrentCatalog) -> Image:
    return image_out(await images.get(image_id, principal), catalog.taxonomy)


@router.patch(
    "/v1/images/{image_id}",
    operation_id="images_update",
    summary="Change an image",
    description="Title, description, tags (the whole list), visibility, rotation, taken_at or taken_at_local, "
    "file_name; what is absent stays. `If-Match` takes an ETag of the image: refused (412) once one of these was "
    "edited; being labelled does not count.",
    responses=problem_responses(NoSuchImage, NotOwner, PreconditionFailed),
    openapi_extra=needs("images:write"),
)
async def images_update(
    request: Request,
    image_id: ImageId,
    change: ImageChange,
    principal: CurrentPrincipal,
    images: Images,
    catalog: CurrentCatalog,
) -> Image:
    image = await images.get_own(image_id, principal)
    require_match(request, image_out(image, catalog.taxonomy))
    return image_out(await images.change(image, change.values(), principal), catalog.taxonomy)


@router.delete(
    "/v1/images/{image_id}",
    operation_id="images_delete",
    summary="Delete an image",
    description="It is gone from every list and count at once, and in the trash: for 30 days (`PICTOR_TRASH_DAYS`) "
    "`POST /v1/trash:restore` brings it back as it was; then its bytes go.",
    status_code=204,
    responses=problem_responses(NoSuchImage, NotOwner, PreconditionFailed),
    openapi_extra=needs("images:write"),
)
async def images_delete(
    request: Request,
    image_id: ImageId,
    principal: CurrentPrincipal,
    images: Images,
    catalog: CurrentCatalog,
    permanent: Annotated[TextBoolean, Query(description="For good, past the trash: it cannot be restored.")] = False,
) -> None:
    image = await images.get_own(image_id, principal)
    require_match(request, image_out(image, catalog.taxonomy))
    await images.delete([image.id], permanent=permanent)


@router.get(
    "/v1/images/{image_id}/labels",
    operation_id="images_labels",
    summary="Read the labels of an image",
    description="The model's and those given by hand, best first.",
    responses=problem_responses(NoSuchImage),
    openapi_extra=needs("images:read"),
)
async def images_labels(
    image_id: ImageId,
    principal: CurrentPrincipal,
    images: Images,
    catalog: CurrentCatalog,
    min_score: Annotated[
        Number,
        Query(ge=0, le=1, description="Only labels with this score at least; one given by hand has 1."),
        NUMBER_OF_TEXT,
    ] = 0.0,
) -> ImageLabels:
    labels = image_labels(await images.get(image_id, principal), catalog.taxonomy)
    return ImageLabels(items=[label for label in labels if label.score >= min_score])


@router.post(
    "/v1/images/{image_id}:reprocess",
    operation_id="images_reprocess",
    summary="Label and embed an image again",
    description="With the active model, in the background. What its owner said of labels stays.",
    status_code=202,
    response_model=Image,
    responses=problem_responses(NoSuchImage, NotOwner, IdempotencyConflict, IdempotencyMismatch),
    openapi_extra=needs("images:write"),
)
async def images_reprocess(
    image_id: ImageId,
    principal: CurrentPrincipal,
    images: Images,
    catalog: CurrentCatalog,
    idempotency: RequestIdempotency,
) -> object:
    async def work() -> Image:
        image = await images.get_own(image_id, principal)
        return image_out(await images.reprocess(image, principal), catalog.taxonomy)

    return await idempotency.once(work, status=202)
