"""What the model sees of an image."""

import tempfile
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain import INPUT_SIZE
from services.catalog.storage.objects import ObjectMissing, ObjectStore
from services.catalog.storage.objects.keys import model_input_key, original_key
from services.catalog.storage.objects.port import read_all
from services.vision.decoding import Decoder, DecodeRequest

SHAPE = (INPUT_SIZE, INPUT_SIZE, 3)


class ModelInputs:
    """Raises ObjectMissing, StoreUnavailable and the decoder's errors."""

    def __init__(self, store: ObjectStore, decoder: Decoder) -> None:
        self._store = store
        self._decoder = decoder

    async def read(self, image_id: UUID) -> NDArray[np.uint8]:
        """Give uint8 (299, 299, 3): what upload left in the store, or the original, decoded again."""
        try:
            return np.frombuffer(await read_all(self._store, model_input_key(image_id)), np.uint8).reshape(SHAPE)
        except (ObjectMissing, ValueError):
            return await self._decode_again(image_id)

    async def _decode_again(self, image_id: UUID) -> NDArray[np.uint8]:
        with tempfile.TemporaryDirectory(prefix="pictor-job-") as folder:
            path = Path(folder) / "original"
            with path.open("wb") as target:
                async for chunk in self._store.read(original_key(image_id)):
                    target.write(chunk)
            decoded = await self._decoder.decode(path, DecodeRequest(model_input_size=INPUT_SIZE))
        if decoded.model_input is None:
            raise RuntimeError("the decoder gave no model input")
        return decoded.model_input
