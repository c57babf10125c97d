"""Files to what a network takes, through the decoder that the services use."""

import asyncio
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from services.vision.decoding import DecodedImage, Decoder, DecodeRequest, ModelInput

_AT_ONCE = 2


def decoded(files: Iterable[bytes], wanted: ModelInput) -> list[DecodedImage]:
    """In the order of the files. Not within an event loop."""

    async def all_of_them() -> list[DecodedImage]:
        request, found = DecodeRequest(model_input=wanted), []
        waiting = list(files)
        async with Decoder(concurrency=_AT_ONCE) as decoder:
            for start in range(0, len(waiting), _AT_ONCE):
                some = waiting[start : start + _AT_ONCE]
                found += await asyncio.gather(*(decoder.decode_bytes(data, request) for data in some))
        return found

    return asyncio.run(all_of_them())


def pixels(pictures: Sequence[DecodedImage]) -> NDArray[np.uint8]:
    """(N, size, size, 3) uint8."""
    return np.stack([one.model_input for one in pictures if one.model_input is not None])
