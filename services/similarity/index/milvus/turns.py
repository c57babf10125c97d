"""Writers of one image wait for each other."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

STRIPES = 64


class Turns:
    """Locks by image, within this process: Milvus changes a part of a row by reading the whole and writing it again.

    Images share locks by chance, which costs them a little waiting and no memory.
    """

    def __init__(self) -> None:
        self._locks = [asyncio.Lock() for _ in range(STRIPES)]

    @asynccontextmanager
    async def of(self, images: Iterable[UUID]) -> AsyncIterator[None]:
        """In one order: two never wait crosswise."""
        async with AsyncExitStack() as stack:
            for stripe in sorted({image.int % STRIPES for image in images}):
                await stack.enter_async_context(self._locks[stripe])
            yield
