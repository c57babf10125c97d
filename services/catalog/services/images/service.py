"""One image at a time: read, change, delete, label again."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.catalog.domain import ImageRecord, ImageState, JobKind
from services.catalog.services.errors import NoSuchImage, NotOwner
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.kit.failpoints import failpoint
from services.kit.principal import Principal


class ImageService:
    def __init__(
        self, images: ImageRepository, jobs: JobRepository, *, documents: SearchDocuments, delete_grace_s: float = 60.0
    ) -> None:
        self._images = images
        self._jobs = jobs
        self._documents = documents
        self._delete_grace_s = delete_grace_s

    async def get(self, image_id: UUID, viewer: Principal) -> ImageRecord:
        image = await self._images.get(image_id, viewer.identity)
        if image is None:
            raise NoSuchImage
        return image

    async def get_own(self, image_id: UUID, owner: Principal) -> ImageRecord:
        """Give the image with its row held; raise NoSuchImage or, for a public one of somebody else, NotOwner."""
        image = await self._images.get(image_id, owner.identity, lock=True)
        if image is None:
            raise NoSuchImage
        if image.owner_id != owner.identity:
            raise NotOwner
        return image

    async def change(self, image: ImageRecord, values: Mapping[str, object], owner: Principal) -> ImageRecord:
        """Change columns of an image that `get_own` gave; its document and its vector's payload follow."""
        if values:
            await self._images.change(image.id, values)
            changed = await self.get(image.id, owner)
            await self._documents.write(self._images, changed)
            if changed.visibility is not image.visibility:
                await self._images.touch_collections([image.id])
                await self._jobs.enqueue(JobKind.SYNC, image.id)
        return await self.get(image.id, owner)

    async def delete(self, held: Sequence[UUID]) -> None:
        """Take images, whose rows are held, away at once; vectors follow now, bytes after the grace period."""
        await self._images.mark_deleted(held)
        failpoint("delete.marked")
        await self._jobs.drop_for(held, [JobKind.INGEST])
        await self._jobs.enqueue_all(JobKind.SYNC, held)
        await self._jobs.enqueue_all(JobKind.PURGE, held, delay_s=self._delete_grace_s)

    async def reprocess(self, image: ImageRecord, owner: Principal) -> ImageRecord:
        await self._images.set_state(image.id, ImageState.PROCESSING)
        await self._jobs.enqueue(JobKind.INGEST, image.id)
        return await self.get(image.id, owner)
