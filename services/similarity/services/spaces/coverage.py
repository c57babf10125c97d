"""How much of what a viewer may see is in a space."""

import time
from collections import OrderedDict
from uuid import UUID

from services.similarity.clients.catalog import CatalogClient
from services.similarity.index import Filter, UnknownSpace, VectorIndex

SHARE_OF_TIME = 50
"""A count is kept for so many times what it took, so that counting never takes more than 2 % of the time."""
KEPT_S = (0.5, 60.0)
MAX_KEPT = 10_000


class CoverageService:
    """Remembers the answers of the last viewers for a moment: counting costs more than searching."""

    def __init__(self, index: VectorIndex, catalog: CatalogClient) -> None:
        self._index = index
        self._catalog = catalog
        self._kept: OrderedDict[tuple[UUID, str], tuple[float, float]] = OrderedDict()

    async def of(self, viewer: UUID, space: str) -> float:
        """Vectors in the space over images, both of what the viewer may see: 0..1; 1 where there is nothing to see."""
        value, until = self._kept.get((viewer, space), (0.0, 0.0))
        started = time.monotonic()
        if started < until:
            return value
        total = await self._catalog.count(viewer)
        try:
            embedded = await self._index.count(space, Filter(viewer=viewer)) if total else 0
        except UnknownSpace:
            embedded = 0
        value = min(embedded / total, 1.0) if total else 1.0
        now = time.monotonic()
        self._kept[viewer, space] = value, now + min(max(SHARE_OF_TIME * (now - started), KEPT_S[0]), KEPT_S[1])
        self._kept.move_to_end((viewer, space))
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return value
