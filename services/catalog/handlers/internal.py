"""For other services only."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.catalog.domain import ImageState
from services.catalog.handlers.dependencies import CurrentCatalog
from services.catalog.schema.image import CatalogCoverage, ImagesLookup, LookedUpImage, LookedUpImages, image_out
from services.catalog.schema.operation import SampledImage, SampledImages
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.library import LibraryRepository
from services.kit.database import RequestSession

router = APIRouter(tags=["internal"])


@router.post("/internal/images:lookup", operation_id="internal_images_lookup", summary="Images as one viewer sees them")
async def internal_images_lookup(
    asked: ImagesLookup, session: RequestSession, catalog: CurrentCatalog
) -> LookedUpImages:
    records = await ImageRepository(session).get_many(asked.ids, asked.viewer_id)
    return LookedUpImages(
        items=[
            LookedUpImage(image=image_out(record, catalog.taxonomy), perceptual_hash=f"{record.perceptual_hash:016x}")
            for record in records
        ]
    )


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
    session: RequestSession, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> SampledImages:
    drawn = await LibraryRepository(session).sample(limit)
    return SampledImages(items=[SampledImage(id=image_id, owner_id=owner_id) for image_id, owner_id in drawn])
