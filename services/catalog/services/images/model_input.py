"""What a model sees of an image: kept by the upload for the model that was to label it, or decoded again."""

import json
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain import Original
from services.catalog.services.images.originals import OriginalService
from services.catalog.storage.objects import ObjectMissing, ObjectStore
from services.catalog.storage.objects.keys import model_input_key
from services.catalog.storage.objects.port import read_all
from services.vision.decoding import Decoder, DecodeRequest, ModelInput


def packed(pixels: NDArray[np.uint8], wanted: ModelInput) -> bytes:
    """What is kept: a line of JSON that says how the picture was prepared, then its pixels."""
    return json.dumps(asdict(wanted)).encode() + b"\n" + pixels.tobytes()


def unpacked(kept: bytes, wanted: ModelInput) -> NDArray[np.uint8] | None:
    """The pixels, uint8 (size, size, 3); None unless they were prepared as this model wants them."""
    head, _, pixels = kept.partition(b"\n")
    try:
        if json.loads(head) != asdict(wanted):
            return None
        return np.frombuffer(pixels, np.uint8).reshape(wanted.shape)
    except ValueError:
        return None


class ModelInputs:
    """Raises OriginalLost, StoreUnavailable and the decoder's errors."""

    def __init__(self, store: ObjectStore, decoder: Decoder, originals: OriginalService) -> None:
        self._store = store
        self._originals = originals
        self._decoder = decoder

    async def read(self, original: Original, wanted: ModelInput) -> NDArray[np.uint8]:
        """Give uint8 (size, size, 3): what the upload left in the store, or the original, decoded again."""
        try:
            kept = unpacked(await read_all(self._store, model_input_key(original.id)), wanted)
        except ObjectMissing:
            kept = None
        return await self._decode_again(original, wanted) if kept is None else kept

    async def _decode_again(self, original: Original, wanted: ModelInput) -> NDArray[np.uint8]:
        async with self._originals.file(original) as path:
            decoded = await self._decoder.decode(path, DecodeRequest(model_input=wanted))
        if decoded.model_input is None:
            raise RuntimeError("the decoder gave no model input")
        return decoded.model_input
