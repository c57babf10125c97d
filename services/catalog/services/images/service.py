"""One image at a time: read, change, delete, label again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.catalog.domain import ImageRecord, ImageState, JobKind
from services.catalog.services.errors import NoSuchImage, NotOwner
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.kit.failpoints import failpoint
from services.kit.principal import Principal


@dataclass(frozen=True)
class Deletion:
    """How long deleted images stay in the trash, and after that, for the sake of who reads them just then, their bytes
    in the store."""

    trashed_for: timedelta
    grace_s: float


AT_ONCE = Deletion(timedelta(0), 60.0)


class ImageService:
    def __init__(
        self, images: ImageRepository, jobs: JobRepository, *, documents: SearchDocuments, deletion: Deletion = AT_ONCE
    ) -> None:
        self._images = images
        self._jobs = jobs
        self._documents = documents
        self._deletion = deletion

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

    async def delete(self, held: Sequence[UUID], *, permanent: bool) -> None:
        """Take images, whose rows are held, away at once; vectors follow now. They go into the trash or, where that is
        off or `permanent`, their bytes follow after the grace period."""
        trashed_for = timedelta(0) if permanent else self._deletion.trashed_for
        await self._images.mark_deleted(held, trashed_for=trashed_for)
        failpoint("delete.marked")
        await self._jobs.drop_for(held, [JobKind.INGEST])
        await self._jobs.enqueue_all(JobKind.SYNC, held)
        if not trashed_for:
            await self._jobs.enqueue_all(JobKind.PURGE, held, delay_s=self._deletion.grace_s)

    async def reprocess(self, image: ImageRecord, owner: Principal) -> ImageRecord:
        await self._images.set_state(image.id, ImageState.PROCESSING)
        await self._jobs.enqueue(JobKind.INGEST, image.id)
        return await self.get(image.id, owner)
