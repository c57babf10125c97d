"""/v1/images: find, read, change, delete."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.catalog.domain import ImageState, Include, SearchFilter, Sort
from services.catalog.handlers.dependencies import Catalog, CurrentCatalog, Explaining, Images, Search
from services.catalog.handlers.parameters import ImageId
from services.catalog.schemas.explanation import explanations_out
from services.catalog.schemas.facets import facets_out
from services.catalog.schemas.image import Image, ImageChange, ImageLabels, ImagePage, image_labels, image_out
from services.catalog.services.errors import EmptyQuery, NoSuchImage, NotOwner, UnknownLabel
from services.catalog.services.search.explain import Asked
from services.catalog.services.search.service import analyzed, label_group, query_labels
from services.kit.http.etags import ETagRoute, require_match
from services.kit.http.openapi import needs
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit
from services.kit.http.problems import InvalidCursor, PreconditionFailed, problem_responses
from services.kit.http.strict import RequestModel
from services.kit.http.values import (
    INTEGER_OF_TEXT,
    NO_NUL,
    NUMBER_OF_TEXT,
    Integer,
    Moment,
    Number,
    TextInteger,
    TextNumber,
)
from services.kit.postgres.idempotency import IdempotencyConflict, IdempotencyMismatch, RequestIdempotency
from services.kit.principal import CurrentPrincipal
from services.protocol.identifiers import ME, OWNER, AnyCollection, AnyOwner
from services.text.folding import tag_key

router = APIRouter(tags=["images"], route_class=ETagRoute)
Term = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Terms = Annotated[list[Term], Field(max_length=20)]
Pixels = Annotated[Integer, Field(ge=0, le=100_000), INTEGER_OF_TEXT] | None


class ImageQuery(RequestModel):
    """What to look for. Everything given must hold."""

    q: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=500,
            pattern=NO_NUL,
            description='Words over title, description, tags, labels, file: `"a phrase"`, `OR`, `-word`, `begin*`.',
        ),
    ] = None
    label: Terms = Field(
        default_factory=list, description="A label's id or name, kinds of it included. Repeat: all of them."
    )
    any_label: Terms = Field(default_factory=list, description="Repeat: at least one of them.")
    not_label: Terms = Field(default_factory=list, description="None of these, nor kinds of them.")
    tag: Terms = Field(default_factory=list, description="Repeat: all of them.")
    min_score: TextNumber = Field(default=0, ge=0, le=1, description="Least score of a label asked for.")
    owner: AnyOwner | None = Field(default=None, description=OWNER)
    collection: AnyCollection | None = Field(
        default=None, description="One of your collections: its id, or `favorites`."
    )
    state: ImageState | None = Field(default=None, description="How far they are.")
    taken_after: Moment | None = Field(default=None, description="Taken at this moment or later.")
    taken_before: Moment | None = Field(default=None, description="Taken before this moment.")
    created_after: Moment | None = Field(default=None, description="Uploaded at this moment or later.")
    created_before: Moment | None = Field(default=None, description="Uploaded before this moment.")
    min_width: Pixels = Field(default=None, description="Least width in pixels.")
    max_width: Pixels = Field(default=None, description="Greatest width in pixels.")
    min_height: Pixels = Field(default=None, description="Least height in pixels.")
    max_height: Pixels = Field(default=None, description="Greatest height in pixels.")
    sort: Sort | None = Field(default=None, description="`relevance` when q or a label is given, else `-created_at`.")
    seed: TextInteger = Field(default=0, ge=0, le=2**31 - 1, description="Another order of `sort=random`.")
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor = None
    include: Annotated[list[Include], Field(max_length=10)] = Field(
        default_factory=list,
        description="What to tell beside the page. `explain`: what made each image match; `facets`: labels, tags and "
        "owners of all images found; `total`: how many they are, exactly or at least.",
    )


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
    ranked = query.q or query.label or query.any_label
    found = await search.page(
        to_filter(query, principal.identity, catalog),
        viewer=principal.identity,
        sort=query.sort or (Sort.RELEVANCE if ranked else Sort.NEWEST),
        seed=query.seed,
        cursor=query.cursor,
        limit=query.limit,
        facets=Include.FACETS in query.include,
        total=Include.TOTAL in query.include,
    )
    page = ImagePage(
        items=[image_out(record, catalog.taxonomy) for record in found.images],
        next_cursor=found.cursor,
        facets=facets_out(found.facets) if found.facets else None,
        total=found.total.count if found.total else None,
        total_is_lower_bound=found.total.is_lower_bound if found.total else None,
    )
    if Include.EXPLAIN in query.include:
        asked = Asked(query.q, tuple(query.label), tuple(query.any_label), tuple(query.tag), query.min_score)
        page.explain = explanations_out(await explaining.explain(found.images, asked), catalog.taxonomy)
    return page


def to_filter(query: ImageQuery, viewer: UUID, catalog: Catalog) -> SearchFilter:
    taxonomy = catalog.taxonomy
    groups = [label_group(taxonomy, [label], "/query/label") for label in query.label]
    if query.any_label:
        groups.append(label_group(taxonomy, query.any_label, "/query/any_label"))
    return SearchFilter(
        query=None if query.q is None else analyzed(catalog.analyzer, query.q),
        query_labels=query_labels(taxonomy, query.q),
        label_groups=tuple(groups),
        not_labels=label_group(taxonomy, query.not_label, "/query/not_label").asked,
        tags=tuple(dict.fromkeys(tag_key(tag) for tag in query.tag)),
        min_score=query.min_score,
        owner=viewer if query.owner == ME else query.owner,
        collection=query.collection,
        state=query.state,
        taken_after=query.taken_after,
        taken_before=query.taken_before,
        created_after=query.created_after,
        created_before=query.created_before,
        width=(query.min_width, query.max_width),
        height=(query.min_height, query.max_height),
    )


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
    description="Title, description, tags (the whole list), visibility, rotation; what is absent stays. `If-Match` "
    "takes an ETag of the image: refused (412) once one of these was edited; being labelled does not count.",
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
    description="It is gone from every list at once; its vector follows, and its bytes after a grace period.",
    status_code=204,
    responses=problem_responses(NoSuchImage, NotOwner, PreconditionFailed),
    openapi_extra=needs("images:write"),
)
async def images_delete(
    request: Request, image_id: ImageId, principal: CurrentPrincipal, images: Images, catalog: CurrentCatalog
) -> None:
    image = await images.get_own(image_id, principal)
    require_match(request, image_out(image, catalog.taxonomy))
    await images.delete([image.id])


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
