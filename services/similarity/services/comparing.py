"""How far two spaces agree on what is alike: measured, before one takes over from the other."""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

import numpy as np

from services.similarity.clients.catalog import CatalogClient
from services.similarity.domain import Comparison, Overlap
from services.similarity.index import Filter, VectorIndex
from services.similarity.services.spaces.keeping import SpaceService

AT_ONCE = 4
LONGEST_S = 20.0
TENTHS = 11


class CompareService:
    def __init__(self, *, index: VectorIndex, catalog: CatalogClient, spaces: SpaceService) -> None:
        self._index = index
        self._catalog = catalog
        self._spaces = spaces

    async def compare(self, a: str, b: str, *, sample: int, limit: int) -> Comparison:
        """Compare the `limit` nearest of images drawn by chance, each as its owner would find them.

        Takes 20 s at the most; then fewer were compared. Raises NoSuchSpace, and the index's and the catalog's errors.
        """
        first, second = await self._spaces.get(a), await self._spaces.get(b)
        drawn = await self._catalog.sample(sample)
        ends = time.monotonic() + LONGEST_S
        waiting = iter(drawn)
        shares: list[float] = []

        async def work() -> None:
            for image_id, owner in waiting:
                if time.monotonic() >= ends:
                    return
                share = await self._share(a, b, image_id, owner, limit)
                if share is not None:
                    shares.append(share)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        return Comparison(first, second, len(drawn), len(shares), _overlap(shares))

    async def _share(self, a: str, b: str, image_id: UUID, owner: UUID, limit: int) -> float | None:
        """How much of the image's nearest both have; None where one of them has no vector of it, or no other image."""
        wanted = Filter(viewer=owner, exclude=frozenset({image_id}))
        found: list[set[UUID]] = []
        for space in (a, b):
            vector = await self._index.get_vector(space, image_id)
            if vector is None:
                return None
            answer = await self._index.query(space, vector, wanted, limit=limit)
            found.append({neighbour.image_id for neighbour in answer.neighbours})
        most = max(len(one) for one in found)
        return len(found[0] & found[1]) / most if most else None


def _overlap(shares: Sequence[float]) -> Overlap:
    if not shares:
        return Overlap(None, None, None, None, None, (0,) * TENTHS)
    least, p10, median, p90 = (float(value) for value in np.quantile(shares, [0, 0.1, 0.5, 0.9]))
    counts = np.bincount(np.rint(np.asarray(shares) * (TENTHS - 1)).astype(int), minlength=TENTHS)
    return Overlap(float(np.mean(shares)), least, p10, median, p90, tuple(counts.tolist()))
