"""What becomes of the images of an account that is deleted."""

from uuid import UUID

from services.catalog.domain import JobKind, Person
from services.catalog.services.images.service import ImageService
from services.catalog.storage.batches import BatchRepository
from services.catalog.storage.collections import CollectionRepository
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.library import LibraryRepository
from services.catalog.storage.trash import TrashRepository

AT_ONCE = 200


class LeavingService:
    """Some images a call, so that no transaction is long: whoever is killed in between is called again, and goes on."""

    def __init__(
        self,
        batches: BatchRepository,
        images: ImageRepository,
        jobs: JobRepository,
        *,
        collections: CollectionRepository,
        library: LibraryRepository,
        trash: TrashRepository,
        service: ImageService,
    ) -> None:
        self._batches = batches
        self._images = images
        self._jobs = jobs
        self._collections = collections
        self._library = library
        self._trash = trash
        self._service = service

    async def step(self, owner_id: UUID, heir: Person | None) -> bool:
        """Hand up to 200 images to the heir, or delete them; say whether all is done, collections and name included.

        An image whose bytes the heir has already is deleted: the heir's own stands in for it. The trash is emptied.
        """
        held = await self._batches.hold_oldest(owner_id, limit=AT_ONCE)
        if heir is None:
            await self._service.delete(held, permanent=True)
        else:
            await self._images.name_owner(heir.id, heir.name)
            twice = await self._batches.stand_ins(held, owner_id, heir.id)
            await self._service.delete(twice, permanent=True)
            handed = [image_id for image_id in held if image_id not in set(twice)]
            await self._batches.hand_over(handed, heir)
            await self._jobs.enqueue_all(JobKind.SYNC, handed)
        if len(held) == AT_ONCE:
            return False
        await self._trash.empty(owner_id, None)
        await self._collections.leave(owner_id, None if heir is None else heir.id)
        await self._library.forget_owner(owner_id)
        return True
