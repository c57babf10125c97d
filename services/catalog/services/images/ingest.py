"""Keeping an uploaded image: checked and decoded first, bytes before the row, row and job in one transaction."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import ImageMetadata, ImageRecord, ImageState, JobKind, OnDuplicate
from services.catalog.domain.photograph import decoded_facts
from services.catalog.domain.tags import MAX_LETTERS, MAX_TAGS, joined_tags
from services.catalog.services.errors import DuplicateImage, QuotaExceeded
from services.catalog.services.images.model_input import packed
from services.catalog.services.images.originals import OriginalService
from services.catalog.services.images.service import ImageService
from services.catalog.services.images.trash import TrashService
from services.catalog.services.images.variants import EAGER, MEDIA_TYPES, Format
from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.library import LibraryRepository
from services.catalog.storage.objects import ObjectStore, StoreUnavailable
from services.catalog.storage.objects.keys import image_prefix, model_input_key, original_key, variant_key
from services.catalog.storage.originals import OriginalRepository
from services.catalog.storage.trash import TrashRepository
from services.kit.failpoints import failpoint
from services.kit.http.uploads import ReceivedFile
from services.kit.ids import new_id
from services.kit.postgres.database import Database
from services.kit.principal import Principal
from services.protocol.image_problems import refuse_image
from services.protocol.quota import Quota
from services.text.folding import tag_form
from services.vision.decoding import DecodedImage, DecodeError, Decoder, DecodeRequest, ModelInput

logger = logging.getLogger("pictor.ingest")
NO_CHANGES: Mapping[str, object] = {}
NO_QUOTA = Quota()


def require_room(quota: Quota, images: int, size: int) -> None:
    """Raise QuotaExceeded when so many images, or bytes, are more than the owner may keep."""
    if quota.max_images is not None and images > quota.max_images:
        raise QuotaExceeded(f"You may keep {quota.max_images:,} images: delete some, from the trash too.")
    if quota.max_bytes is not None and size > quota.max_bytes:
        more = size - quota.max_bytes
        most = f"You may keep {quota.max_bytes:,} bytes, and with this image it is {more:,} too many"
        raise QuotaExceeded(f"{most}: delete some, from the trash too.")


@dataclass(frozen=True)
class Ingested:
    image: ImageRecord
    is_new: bool
    is_restored: bool = False


@dataclass(frozen=True)
class Checked:
    """What an upload was found to be: new, then decoded; or bytes that its owner has, perhaps in the trash. `mended`:
    those were lost."""

    decoded: DecodedImage | None
    mended: bool = False


@dataclass
class StoredUpload:
    """An upload whose bytes are in the store under the id of the image to be; of one that is there already none are."""

    image_id: UUID
    upload: ReceivedFile
    decoded: DecodedImage | None
    has_row: bool = False


class IngestService:
    def __init__(
        self,
        *,
        database: Database,
        store: ObjectStore,
        decoder: Decoder,
        documents: SearchDocuments,
        originals: OriginalService,
        model_input: ModelInput | None,
    ) -> None:
        """`model_input` is what the model that will label the image wants to see; None while that is not known."""
        self._request = DecodeRequest(variants=tuple(EAGER.values()), model_input=model_input)
        self._database = database
        self._store = store
        self._decoder = decoder
        self._documents = documents
        self._originals = originals

    async def check(self, upload: ReceivedFile, owner: Principal) -> Checked:
        """Check and decode the upload in the sandbox; of what its owner has, see that the original is whole instead."""
        async with self._database.transaction() as session:
            original = await OriginalRepository(session).with_digest(owner.identity, upload.sha256)
        if original is None:
            return Checked(await self._decode(upload))
        if await self._originals.is_whole(original):
            return Checked(None)
        await self._originals.mend(original, upload.path)
        return Checked(None, mended=True)

    @asynccontextmanager
    async def stored(self, upload: ReceivedFile, decoded: DecodedImage | None) -> AsyncIterator[StoredUpload]:
        """Put the bytes, for a transaction within the block: a row never lacks its object, and no connection is held
        while the store takes its time. When the row does not come about, the bytes are taken back."""
        stored = StoredUpload(new_id(), upload, decoded)
        try:
            if decoded is not None:
                await self._put(stored.image_id, upload, decoded)
            yield stored
        finally:
            if stored.decoded is not None and not stored.has_row:
                await self._take_back(stored.image_id)

    async def keep(
        self,
        session: AsyncSession,
        stored: StoredUpload,
        metadata: ImageMetadata,
        owner: Principal,
        *,
        on_duplicate: OnDuplicate = OnDuplicate.KEEP,
        changes: Mapping[str, object] = NO_CHANGES,
        quota: Quota = NO_QUOTA,
    ) -> Ingested:
        """Enter the image in the caller's transaction, or give the one that its owner has with the same bytes.

        With `on_duplicate` that one gets the `changes`, or DuplicateImage is raised. Raises QuotaExceeded for
        bytes that the owner has not, and no room for.
        """
        upload = stored.upload
        if stored.decoded is None:
            there = await self._there(session, upload, owner, on_duplicate, changes)
            if there is not None:
                return there
            stored.decoded = await self._decode(upload)  # deleted since it was looked up: rare enough to start over
            await self._put(stored.image_id, upload, stored.decoded)
        if quota.is_set:  # holds the owner's row: others with a quota wait, and count what this one adds
            await ImageRepository(session).name_owner(owner.identity, owner.name)
        kept = await self._insert(session, stored.image_id, upload, stored.decoded, metadata, owner)
        if kept is not None and quota.is_set:
            require_room(quota, *await LibraryRepository(session).usage(owner.identity))
        stored.has_row = kept is not None
        if kept is not None:
            return Ingested(kept, is_new=True)
        # Sent twice at once: the other was quicker.
        there = await self._there(session, upload, owner, on_duplicate, changes)
        if there is None:
            raise RuntimeError("an image that blocked an insert cannot be read")
        return there

    async def _there(
        self,
        session: AsyncSession,
        upload: ReceivedFile,
        owner: Principal,
        on_duplicate: OnDuplicate,
        changes: Mapping[str, object],
    ) -> Ingested | None:
        """Give the owner's image with these bytes, restored where it is in the trash, changed where that is asked for.
        What is in the trash is no duplicate."""
        images, jobs, update = ImageRepository(session), JobRepository(session), on_duplicate is OnDuplicate.UPDATE
        there = await images.with_digest(owner.identity, upload.sha256, lock=update)
        if there is not None and on_duplicate is OnDuplicate.ERROR:
            raise DuplicateImage(there.id)
        restored = there is None and await self._restore(session, upload, owner)
        if restored:
            there = await images.with_digest(owner.identity, upload.sha256, lock=True)
        if there is None:
            return None
        if update:
            there = await ImageService(images, jobs, documents=self._documents).change(there, changes, owner)
        return Ingested(there, is_new=False, is_restored=restored)

    @staticmethod
    async def _restore(session: AsyncSession, upload: ReceivedFile, owner: Principal) -> bool:
        """Bring the image with these bytes back from the trash; say whether there was one."""
        trash = TrashRepository(session)
        image_id = await trash.hold_with_digest(owner.identity, upload.sha256)
        if image_id is not None:
            await TrashService(trash, OriginalRepository(session), JobRepository(session)).bring_back([image_id])
        return image_id is not None

    async def _decode(self, upload: ReceivedFile) -> DecodedImage:
        try:
            return await self._decoder.decode(upload.path, self._request)
        except DecodeError as error:
            refuse_image(error.code, str(error), error)

    async def _insert(
        self,
        session: AsyncSession,
        image_id: UUID,
        upload: ReceivedFile,
        decoded: DecodedImage,
        metadata: ImageMetadata,
        owner: Principal,
    ) -> ImageRecord | None:
        """Write row, document and job; None when the owner has these bytes by now."""
        if metadata.import_keywords:
            keywords = [tag for tag in map(tag_form, decoded.metadata.keywords) if 0 < len(tag) <= MAX_LETTERS]
            metadata = replace(metadata, tags=tuple(joined_tags([*metadata.tags, *keywords])[:MAX_TAGS]))
        image = await ImageRepository(session).insert(
            image_id=image_id,
            owner_id=owner.identity,
            owner_name=owner.name,
            sha256=upload.sha256,
            size=upload.size,
            decoded=decoded_facts(decoded, metadata.file_name),
            metadata=metadata,
            document=self._documents.of(metadata, ()),
        )
        failpoint("upload.row")
        if image is not None:
            await JobRepository(session).enqueue(JobKind.INGEST, image_id)
            failpoint("upload.job")
        return image

    async def wait(self, image_id: UUID, viewer: UUID, *, seconds: float) -> ImageRecord | None:
        """Wait until the image is no longer in processing, at most so long; give it as it then is."""
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + seconds, 0.02
        while True:
            async with self._database.transaction() as session:
                image = await ImageRepository(session).get(image_id, viewer)
            if image is None or image.state is not ImageState.PROCESSING or loop.time() >= end:
                return image
            await asyncio.sleep(min(pause, max(end - loop.time(), 0)))
            pause = min(pause * 1.5, 0.25)

    async def _put(self, image_id: UUID, upload: ReceivedFile, decoded: DecodedImage) -> None:
        puts = [self._store.put_file(original_key(image_id), upload.path, decoded.media_type)]
        if decoded.model_input is not None and self._request.model_input is not None:
            kept = packed(decoded.model_input, self._request.model_input)
            puts.append(self._store.put_bytes(model_input_key(image_id), kept, "application/octet-stream"))
        for preset, spec in EAGER.items():
            key = variant_key(image_id, preset=preset, rotation=0, extension=spec.format)
            puts.append(self._store.put_bytes(key, decoded.variants[spec.name], MEDIA_TYPES[Format(spec.format)]))
        await asyncio.gather(*puts)
        failpoint("upload.put")

    async def _take_back(self, image_id: UUID) -> None:
        try:
            await self._store.delete_prefix(image_prefix(image_id))
        except StoreUnavailable:
            logger.warning("bytes of the unfinished image %s are left in the store", image_id)
