"""For other services only."""

from uuid import UUID

from fastapi import APIRouter

from services.catalog.domain import ImageState
from services.catalog.handlers.dependencies import CurrentCatalog
from services.catalog.schema.image import CatalogCoverage, ImagesLookup, LookedUpImage, LookedUpImages, image_out
from services.catalog.storage.images import ImageRepository
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
async def internal_coverage(viewer_id: UUID, session: RequestSession) -> CatalogCoverage:
    coverage = await ImageRepository(session).coverage(viewer_id)
    states = {state.value: coverage.by_state.get(state.value, 0) for state in ImageState}
    return CatalogCoverage(
        total=coverage.total, **states, labelled=coverage.labelled, embedded=states[ImageState.READY.value]
    )
