"""How much of what a viewer may see is in a space."""

import time
from dataclasses import dataclass
from uuid import UUID

from cachetools import TLRUCache

from services.similarity.clients.catalog import CatalogClient
from services.similarity.index import Filter, UnknownSpace, VectorIndex

SHARE_OF_TIME = 50
"""A count is kept for so many times what it took, so that counting never takes more than 2 % of the time."""
KEPT_S = (0.5, 60.0)
MAX_KEPT = 10_000


@dataclass(frozen=True)
class _Counted:
    value: float
    until: float


class CoverageService:
    """Remembers the answers of the last viewers for a moment: counting costs more than searching."""

    def __init__(self, index: VectorIndex, catalog: CatalogClient) -> None:
        self._index = index
        self._catalog = catalog
        self._kept: TLRUCache[tuple[UUID, str], _Counted] = TLRUCache(
            MAX_KEPT, ttu=lambda _key, counted, _now: counted.until
        )

    async def of(self, viewer: UUID, space: str) -> float:
        """Vectors in the space over images, both of what the viewer may see: 0..1; 1 where there is nothing to see."""
        if (kept := self._kept.get((viewer, space))) is not None:
            return kept.value
        started = time.monotonic()
        total = await self._catalog.count(viewer)
        try:
            embedded = await self._index.count(space, Filter(viewer=viewer)) if total else 0
        except UnknownSpace:
            embedded = 0
        value = min(embedded / total, 1.0) if total else 1.0
        now = time.monotonic()
        until = now + min(max(SHARE_OF_TIME * (now - started), KEPT_S[0]), KEPT_S[1])
        self._kept[viewer, space] = _Counted(value, until)
        return value
