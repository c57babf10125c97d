"""What rerendering does with one image. It may be done twice: the same file gives the same facts and copies."""

import asyncio
from uuid import UUID

from services.catalog.domain import ImageRecord, OperationRecord
from services.catalog.domain.photograph import BY_USER, decoded_facts
from services.catalog.services.images.originals import OriginalService
from services.catalog.services.images.variants import EAGER, MEDIA_TYPES, ROTATIONS, Format, remove_stale_variants
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.objects import ObjectMissing, ObjectStore
from services.catalog.storage.objects.keys import variant_key
from services.kit.postgres.database import Database
from services.vision.decoding import DecodedImage, Decoder, DecodeRequest, VariantSpec


class Rerenderer:
    """Does images for operations: reads what the files say again, and makes the copies that this renderer made not yet.

    Raises what the store and the decoder raise. What an image's owner said of it stays.
    """

    def __init__(self, *, database: Database, store: ObjectStore, originals: OriginalService, decoder: Decoder) -> None:
        self._database = database
        self._store = store
        self._originals = originals
        self._decoder = decoder

    async def target(self, operation: OperationRecord) -> None:
        """No space is filled."""

    async def superseded(self, space: str, cursor: UUID) -> bool:  # noqa: ARG002 - the port's
        """What is uploaded meanwhile is made by this renderer."""
        return True

    async def do(self, image_id: UUID, space: str | None, *, new_space: bool = False) -> bool:  # noqa: ARG002 - the port's
        """False: the image was deleted meanwhile."""
        async with self._database.transaction() as session:
            image = await ImageRepository(session).get_for_work(image_id)
        if image is None:
            return False
        missing = {key: spec for key, spec in _copies(image).items() if not await self._is_there(key)}
        request = DecodeRequest(variants=tuple(missing.values()), rotation=ROTATIONS[image.rotation])
        async with self._originals.file(image.original) as path:
            decoded = await self._decoder.decode(path, request)
        await asyncio.gather(
            *(
                self._store.put_bytes(key, decoded.variants[spec.name], MEDIA_TYPES[Format(spec.format)])
                for key, spec in missing.items()
            )
        )
        if await self._write(image, decoded):
            await remove_stale_variants(self._store, image_id)
            return True
        await asyncio.gather(*(self._store.delete(key) for key in missing))  # its folder may have been emptied before
        return False

    async def _is_there(self, key: str) -> bool:
        try:
            return await self._store.size(key) > 0
        except ObjectMissing:
            return False

    async def _write(self, before: ImageRecord, decoded: DecodedImage) -> bool:
        """Write what differs, under what people wrote since `before`; False when the image is deleted."""
        async with self._database.transaction() as session:
            images = ImageRepository(session)
            image = await images.get(before.id, before.owner_id, lock=True)
            if image is None:
                return False
            facts = decoded_facts(decoded, image.file_name)
            if image.taken_source == BY_USER:
                facts = {name: value for name, value in facts.items() if not name.startswith("taken_")}
            await images.write_facts(image, facts)
        return True


def _copies(image: ImageRecord) -> dict[str, VariantSpec]:
    return {
        variant_key(image.id, preset=preset, rotation=image.rotation, extension=spec.format): spec
        for preset, spec in EAGER.items()
    }
