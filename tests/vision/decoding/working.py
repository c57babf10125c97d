"""Work for a decoder that takes a moment, or some seconds, and ways to look at the clock meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from services.vision.decoding import Decoder, DecodeRequest, VariantSpec
from tests.vision.decoding import containers as made
from tests.vision.decoding.drawing import encoded, photo

QUICK = encoded(photo(1), "JPEG")
# 16 Mpx of nothing, to be encoded eight times at full size: 16 kB that take seconds.
SLOW = made.png(made.ihdr(4_000, 4_000), rows=made.deflated_zeros(4_001 * 4_000))
SLOWLY = DecodeRequest(variants=tuple(VariantSpec(f"v{number}", None, "webp") for number in range(8)))


@asynccontextmanager
async def slow_work(decoder: Decoder) -> AsyncIterator[asyncio.Task[object]]:
    """A decoding that is under way for some seconds."""
    task: asyncio.Task[object] = asyncio.create_task(decoder.decode_bytes(SLOW, SLOWLY))
    try:
        await asyncio.sleep(0)
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


async def serves(decoder: Decoder) -> bool:
    return (await decoder.decode_bytes(QUICK)).width == 500
