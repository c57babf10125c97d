"""Smaller copies of an image: made at upload, or when first asked for, and kept."""

import contextlib
from dataclasses import replace
from enum import StrEnum
from typing import Literal
from uuid import UUID

from services.catalog.domain import ImageRecord
from services.catalog.services.images.originals import OriginalService
from services.catalog.storage.objects import ObjectMissing, ObjectStore, StoreUnavailable
from services.catalog.storage.objects.keys import image_prefix, is_stale_variant, variant_key
from services.protocol.image_problems import refuse_image
from services.vision.decoding import DecodeError, Decoder, DecodeRequest, VariantSpec

ROTATIONS: dict[int, Literal[0, 90, 180, 270]] = {0: 0, 90: 90, 180: 180, 270: 270}


class Format(StrEnum):
    """How a copy is encoded."""

    JPEG = "jpeg"
    WEBP = "webp"


MEDIA_TYPES = {Format.JPEG: "image/jpeg", Format.WEBP: "image/webp"}


class Preset(StrEnum):
    """A size: at most 256 pixels, at most 1024, or all of them."""

    THUMB = "thumb"
    PREVIEW = "preview"
    FULL = "full"


SPECS = {
    Preset.THUMB: VariantSpec("thumb", 256, "jpeg"),
    Preset.PREVIEW: VariantSpec("preview", 1024, "jpeg"),
    Preset.FULL: VariantSpec("full", None, "jpeg"),
}
EAGER = {preset: SPECS[preset] for preset in (Preset.THUMB, Preset.PREVIEW)}


class VariantService:
    def __init__(self, *, store: ObjectStore, decoder: Decoder, originals: OriginalService) -> None:
        self._store = store
        self._decoder = decoder
        self._originals = originals

    async def ensure(
        self, image: ImageRecord, *, preset: Preset, rotation: int, file_format: Format
    ) -> tuple[str, int]:
        """Give (key, bytes) of the variant, made now if it is not there. Twice at once makes the same file twice.

        Raises OriginalLost when there is nothing to make it of.
        """
        key = variant_key(image.id, preset=preset, rotation=rotation, extension=file_format)
        with contextlib.suppress(ObjectMissing):
            size = await self._store.size(key)
            if size:  # an empty file is what a power failure left
                return key, size
        data = await self._make(image, replace(SPECS[preset], format=file_format.value), rotation)
        await self._store.put_bytes(key, data, MEDIA_TYPES[file_format])
        with contextlib.suppress(StoreUnavailable):  # the copy is what counts
            await remove_stale_variants(self._store, image.id)
        return key, len(data)

    async def _make(self, image: ImageRecord, spec: VariantSpec, rotation: int) -> bytes:
        async with self._originals.file(image.original) as path:
            try:
                decoded = await self._decoder.decode(
                    path, DecodeRequest(variants=(spec,), rotation=ROTATIONS[rotation])
                )
            except DecodeError as error:
                refuse_image(error.code, str(error), error)
        return decoded.variants[spec.name]


async def remove_stale_variants(store: ObjectStore, image_id: UUID) -> None:
    """Remove what other versions of the renderer made of the image: at most a few files each."""
    for key in [info.key async for info in store.list(image_prefix(image_id)) if is_stale_variant(info.key)]:
        await store.delete(key)
