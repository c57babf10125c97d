"""/v1/duplicates: several files of one picture."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, Field

from services.catalog.domain import DuplicateFilter, DuplicateKind
from services.catalog.handlers.dependencies import CurrentCatalog
from services.catalog.schemas.duplicate import DuplicatesPage, duplicates_out
from services.catalog.services.duplicates.service import DuplicateService
from services.kit.http.etags import ETagRoute
from services.kit.http.openapi import needs
from services.kit.http.pagination import Cursor, decode_cursor, encode_cursor
from services.kit.http.problems import InvalidCursor, problem_responses
from services.kit.http.values import INTEGER_OF_TEXT, Integer, TextInteger
from services.kit.principal import CurrentPrincipal
from services.protocol.identifiers import ME, OWNER, AnyOwner
from services.vision.perceptual_hash import NEAR_BITS

router = APIRouter(tags=["duplicates"], route_class=ETagRoute)
MOST_GROUPS = 50


class DuplicateChoice(StrEnum):
    """Groups of exact copies alone, those that are not, or both."""

    EXACT = "exact"
    NEAR = "near"
    ALL = "all"


class DuplicatesQuery(BaseModel):
    """Which copies to look for."""

    kind: DuplicateChoice = Field(
        default=DuplicateChoice.ALL,
        description="`exact`: groups of exact copies alone. `near`: groups that are not of exact copies alone.",
    )
    max_distance: TextInteger = Field(
        default=NEAR_BITS,
        ge=0,
        le=NEAR_BITS,
        description="Bits of 64 in which the perceptual hashes of near copies may differ.",
    )
    owner: AnyOwner | None = Field(default=None, description=OWNER)
    limit: Annotated[
        Integer,
        Field(ge=1, description=f"Groups a page; more than {MOST_GROUPS} is taken as {MOST_GROUPS}."),
        INTEGER_OF_TEXT,
        AfterValidator(lambda limit: min(limit, MOST_GROUPS)),
    ] = 20
    cursor: Cursor = None


@router.get(
    "/v1/duplicates",
    operation_id="duplicates_list",
    summary="Find exact and near copies",
    description=(
        "Groups of images that are one picture, among those that you may see; the group with the newest image first. "
        "Near copies are resized, encoded again or slightly cropped: their perceptual hashes differ in few bits, "
        "directly or through others of the group. Uniform pictures, gradients and mirror-symmetric drawings have "
        "hashes that say too little; of those, the same bytes alone count."
    ),
    responses=problem_responses(InvalidCursor),
    openapi_extra=needs("images:read"),
)
async def duplicates_list(
    query: Annotated[DuplicatesQuery, Query()], principal: CurrentPrincipal, catalog: CurrentCatalog
) -> DuplicatesPage:
    viewer = principal.identity
    wanted = DuplicateFilter(
        kind=None if query.kind is DuplicateChoice.ALL else DuplicateKind(query.kind),
        max_distance=query.max_distance,
        owner=viewer if query.owner == ME else query.owner,
    )
    made_for = ["duplicates", viewer, wanted.kind, wanted.max_distance, wanted.owner]
    groups, position, complete = await DuplicateService(catalog.database).page(
        wanted,
        viewer=viewer,
        after=decode_cursor(query.cursor, made_for, (UUID,))[0] if query.cursor else None,
        limit=query.limit,
    )
    return DuplicatesPage(
        items=[duplicates_out(group, catalog.taxonomy) for group in groups],
        next_cursor=encode_cursor([position], made_for) if position else None,
        complete=complete,
    )
