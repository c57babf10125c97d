"""The background goes on, whatever happens to it."""

import asyncio
from contextlib import suppress

from services.similarity.index import ExactIndex, IndexUnavailable, Space
from services.similarity.services.spaces.maintenance import IndexMaintenance


class FlakyIndex(ExactIndex):
    """A FAKE store: away at first, then broken in a way that nobody foresaw, then there with a space that goes."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.built: list[str] = []
        self.done = asyncio.Event()

    async def spaces(self) -> list[Space]:
        self.looks += 1
        if self.looks == 1:
            raise IndexUnavailable("away")
        if self.looks == 2:
            raise RuntimeError("unforeseen")
        found = await super().spaces()
        await self.drop_space("gone")
        return found

    async def build(self, space: str, *, recentre: bool = False) -> bool:
        built = await super().build(space, recentre=recentre)
        self.built.append(space)
        self.done.set()
        return built


async def test_it_outlives_errors_and_spaces_that_go() -> None:
    index = FlakyIndex()
    await index.ensure_space("stays", dimension=2)
    await index.ensure_space("gone", dimension=2)
    upkeep = asyncio.create_task(IndexMaintenance(index, every_s=0.01).run())
    await asyncio.wait_for(index.done.wait(), timeout=60)
    upkeep.cancel()
    with suppress(asyncio.CancelledError):
        await upkeep
    assert index.built[0] == "stays"
    assert "gone" not in index.built
