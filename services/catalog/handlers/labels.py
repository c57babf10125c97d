"""/v1/labels: statistics, completion, and the taxonomy."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.catalog.handlers.dependencies import CurrentCatalog, Terms
from services.catalog.handlers.parameters import LabelId
from services.catalog.schemas.label import LabelDetail, LabelReference, Term, TermKind, TermPage
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs
from services.kit.http.pagination import DEFAULT_LIMIT, Cursor, Limit
from services.kit.http.problems import InvalidCursor, NotFound, problem_responses
from services.kit.http.values import NO_NUL
from services.kit.principal import CurrentPrincipal
from services.vision.labels import Label, UnknownLabelError

router = APIRouter(tags=["labels"], route_class=ETagRoute)


@router.get(
    "/v1/labels",
    operation_id="labels_list",
    summary="Labels and tags in use",
    description="Most used first. `prefix` completes names, synonyms, tags, and labels above the used ones.",
    responses=problem_responses(InvalidCursor),
    openapi_extra=needs("images:read"),
)
async def labels_list(
    principal: CurrentPrincipal,
    terms: Terms,
    prefix: Annotated[str, Query(max_length=100, pattern=NO_NUL, description="How a name begins.")] = "",
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> TermPage:
    found, next_cursor = await terms.page(viewer=principal.identity, prefix=prefix, cursor=cursor, limit=limit)
    items = [
        Term(kind=TermKind.LABEL if term.label_id else TermKind.TAG, id=term.label_id, name=term.name, count=term.count)
        for term in found
    ]
    return TermPage(items=items, next_cursor=next_cursor)


@router.get(
    "/v1/labels/{label_id}",
    operation_id="labels_get",
    summary="Read a label",
    description="Its synonyms, what it is a kind of, the kinds of it, and how many images bear it.",
    responses=problem_responses(NotFound),
    openapi_extra=needs("images:read"),
)
async def labels_get(
    label_id: LabelId, principal: CurrentPrincipal, terms: Terms, catalog: CurrentCatalog
) -> LabelDetail:
    taxonomy = catalog.taxonomy
    try:
        label = taxonomy.get(label_id)
    except UnknownLabelError as error:
        raise NotFound("There is no such label; GET /v1/labels?prefix=… finds ids.") from error
    return LabelDetail(
        id=label.id,
        name=label.name,
        synonyms=list(label.synonyms),
        gloss=label.gloss,
        path=[_reference(above) for above in taxonomy.way_up(label.id)],
        ancestors=[_reference(ancestor) for ancestor in taxonomy.ancestors(label.id)],
        children=[_reference(child) for child in taxonomy.children(label.id)],
        is_class=label.index is not None,
        count=await terms.count(principal.identity, label),
    )


def _reference(label: Label) -> LabelReference:
    return LabelReference(id=label.id, name=label.name)
