"""Query pictures, from bytes to what the model and the bands need."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.protocol.image_problems import refuse_image
from services.similarity.domain import FileExample
from services.vision.decoding import Box, DecodedImage, DecodeError, Decoder, DecodeRequest, ModelInput


@dataclass(frozen=True, eq=False)
class QueryPicture:
    """`model_input` is uint8 (size, size, 3), of the region; hash and size (pixels) are of the whole picture."""

    model_input: NDArray[np.uint8]
    perceptual_hash: int
    size: tuple[int, int]


class PictureReader:
    """Prepares pictures for a model. Raises the kit's image problems for what cannot be decoded."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder

    async def of_file(self, example: FileExample, wanted: ModelInput) -> QueryPicture:
        try:
            return _picture(await self._decoder.decode(example.path, _request(wanted, example.region)))
        except DecodeError as error:
            refuse_image(error.code, str(error), error)

    async def of_bytes(self, content: bytes, wanted: ModelInput, region: Box | None) -> QueryPicture:
        try:
            return _picture(await self._decoder.decode_bytes(content, _request(wanted, region)))
        except DecodeError as error:
            refuse_image(error.code, str(error), error)


def _request(wanted: ModelInput, region: Box | None) -> DecodeRequest:
    return DecodeRequest(model_input=wanted, region=region)


def _picture(decoded: DecodedImage) -> QueryPicture:
    assert decoded.model_input is not None  # noqa: S101 - asked for
    return QueryPicture(decoded.model_input, decoded.perceptual_hash, (decoded.width, decoded.height))
