"""Many originals in one file: first what is wanted, then, under an address of its own, the bytes."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.catalog.domain import DownloadRecord, ImageRecord
from services.catalog.services.collections import CollectionId, CollectionService
from services.catalog.services.errors import NoSuchDownload, NoSuchImage, TooManyImages
from services.catalog.services.streams.archive import archive
from services.catalog.services.streams.entry_names import safe_name
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.objects import ObjectStore
from services.catalog.storage.streams.downloads import DownloadRepository
from services.kit.ids import new_id
from services.kit.postgres.database import Database
from services.kit.principal import Principal

MAX_IMAGES = 10_000
LASTS = timedelta(hours=1)
READ_AT_ONCE = 200


class DownloadService:
    def __init__(self, downloads: DownloadRepository, images: ImageRepository, collections: CollectionService) -> None:
        self._downloads = downloads
        self._images = images
        self._collections = collections

    async def of_images(self, ids: Sequence[UUID], owner: Principal) -> tuple[UUID, str, dict[UUID, int], datetime]:
        """Prepare a selection. Raises NoSuchImage when one is not there."""
        wanted = list(dict.fromkeys(ids))
        found = await self._downloads.those_visible(wanted, owner.identity)
        if len(found) < len(wanted):
            raise NoSuchImage
        return await self._keep("Images", found, owner)

    async def of_collection(
        self, collection_id: CollectionId, owner: Principal
    ) -> tuple[UUID, str, dict[UUID, int], datetime]:
        """Prepare what one may see of a collection. Raises NoSuchCollection, TooManyImages; of none, NoSuchImage."""
        collection = await self._collections.get(collection_id, owner)
        found = await self._downloads.in_collection(collection.id, owner.identity, limit=MAX_IMAGES + 1)
        if len(found) > MAX_IMAGES:
            raise TooManyImages(f"The collection has more than {MAX_IMAGES} images: choose some of them.")
        if not found:
            raise NoSuchImage
        return await self._keep(safe_name(collection.name) or "Collection", found, owner)

    async def get(self, download_id: UUID, owner: Principal) -> DownloadRecord:
        found = await self._downloads.get(download_id, owner.identity)
        if found is None:
            raise NoSuchDownload
        return found

    async def _keep(
        self, name: str, found: dict[UUID, int], owner: Principal
    ) -> tuple[UUID, str, dict[UUID, int], datetime]:
        await self._images.name_owner(owner.identity, owner.name)
        download_id = new_id()
        expires_at = await self._downloads.insert(
            download_id, owner.identity, name=name, image_ids=list(found), lasts=LASTS
        )
        return download_id, name, found, expires_at


def archived(database: Database, store: ObjectStore, ids: Sequence[UUID], viewer: UUID) -> AsyncIterator[bytes]:
    """Yield the archive of those images that the viewer may still see, each looked up shortly before it is read."""
    gone: list[str] = []

    async def images() -> AsyncIterator[ImageRecord]:
        for start in range(0, len(ids), READ_AT_ONCE):
            part = ids[start : start + READ_AT_ONCE]
            async with database.transaction() as session:
                records = await ImageRepository(session).get_many(part, viewer)
            gone.extend(str(image_id) for image_id in part if image_id not in {record.id for record in records})
            for record in records:
                yield record

    return archive(store, images(), gone=gone)
