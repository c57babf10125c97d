"""For other services only."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from services.catalog.domain import ImageState, Person
from services.catalog.handlers.dependencies import CurrentCatalog, Leaving
from services.catalog.schemas.image import image_out
from services.catalog.schemas.internal import CatalogCoverage, LookedUpImage, LookedUpImages, Usage
from services.catalog.schemas.operation import SampledImage, SampledImages
from services.catalog.schemas.search import ImageQuery, search_filter
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.library import LibraryRepository
from services.catalog.storage.search.matches import SearchRepository
from services.kit.http.strict import RequestModel, StrictRoute
from services.kit.http.values import INTEGER_OF_TEXT, Integer
from services.kit.postgres.database import RequestSession

router = APIRouter(tags=["internal"], route_class=StrictRoute)


class ImagesLookup(RequestModel):
    """Images by id, as one viewer sees them; with a query those of them that fit."""

    viewer_id: UUID
    ids: list[UUID] = Field(max_length=500)
    query: ImageQuery | None = None


class ImagesMatching(RequestModel):
    """All images that fit a query, as one viewer sees them."""

    viewer_id: UUID
    query: ImageQuery
    after: UUID | None = None
    limit: Integer = Field(ge=1, le=50_000)


class Heir(RequestModel):
    """Who is given the images of an account that is deleted."""

    id: UUID
    name: str = Field(max_length=64)


class OwnerLeaves(RequestModel):
    """What becomes of the images of an account that is deleted: without an heir they are deleted too."""

    heir: Heir | None = None


class OwnerLeft(BaseModel):
    """How far that is."""

    done: bool = Field(description="Whether nothing is left; else call again.")


@router.post("/internal/images:lookup", operation_id="internal_images_lookup", summary="Images as one viewer sees them")
async def internal_images_lookup(
    asked: ImagesLookup, session: RequestSession, catalog: CurrentCatalog
) -> LookedUpImages:
    ids = asked.ids
    if asked.query is not None:
        wanted = search_filter(asked.query, asked.viewer_id, catalog.taxonomy, catalog.analyzer)
        found = await SearchRepository(session).ids(wanted, asked.viewer_id, among=ids, limit=len(ids))
        ids = [image_id for image_id in ids if image_id in set(found)]
    records = await ImageRepository(session).get_many(ids, asked.viewer_id)
    return LookedUpImages(
        items=[
            LookedUpImage(image=image_out(record, catalog.taxonomy), perceptual_hash=f"{record.perceptual_hash:016x}")
            for record in records
        ]
    )


@router.post(
    "/internal/images:matching",
    operation_id="internal_images_matching",
    summary="The ids of the images that fit",
    description="Sixteen bytes each, one after the other, in order. Fewer than `limit` are all that are left.",
    response_class=Response,
)
async def internal_images_matching(asked: ImagesMatching, session: RequestSession, catalog: CurrentCatalog) -> Response:
    wanted = search_filter(asked.query, asked.viewer_id, catalog.taxonomy, catalog.analyzer)
    found = await SearchRepository(session).ids(wanted, asked.viewer_id, after=asked.after, limit=asked.limit)
    return Response(b"".join(image_id.bytes for image_id in found), media_type="application/octet-stream")


@router.get("/internal/coverage", operation_id="internal_coverage", summary="How far the library is processed")
async def internal_coverage(session: RequestSession, viewer_id: UUID | None = None) -> CatalogCoverage:
    """Without a viewer everything counts."""
    coverage = await ImageRepository(session).coverage(viewer_id)
    states = {state.value: coverage.by_state.get(state.value, 0) for state in ImageState}
    return CatalogCoverage(
        total=coverage.total, **states, labelled=coverage.labelled, embedded=states[ImageState.READY.value]
    )


@router.get("/internal/images:sample", operation_id="internal_images_sample", summary="Images drawn by chance")
async def internal_images_sample(
    session: RequestSession, limit: Annotated[Integer, Query(ge=1, le=500), INTEGER_OF_TEXT] = 50
) -> SampledImages:
    drawn = await LibraryRepository(session).sample(limit)
    return SampledImages(items=[SampledImage(id=image_id, owner_id=owner_id) for image_id, owner_id in drawn])


@router.post(
    "/internal/owners/{owner_id}:leave",
    operation_id="internal_owners_leave",
    summary="Hand over or delete what an account had, a part a call",
)
async def internal_owners_leave(
    owner_id: Annotated[UUID, Path(description="A user's id.")], asked: OwnerLeaves, leaving: Leaving
) -> OwnerLeft:
    heir = None if asked.heir is None else Person(asked.heir.id, asked.heir.name)
    return OwnerLeft(done=await leaving.step(owner_id, heir))


@router.get("/internal/owners/{owner_id}/usage", operation_id="internal_owners_usage", summary="What an owner keeps")
async def internal_owners_usage(
    owner_id: Annotated[UUID, Path(description="A user's id.")], session: RequestSession
) -> Usage:
    """What is in the trash included."""
    images, size = await LibraryRepository(session).usage(owner_id)
    return Usage(images=images, bytes=size)
