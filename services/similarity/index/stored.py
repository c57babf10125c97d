"""A search by a stored image, for an index that has no shorter way than to read the vector first."""

from dataclasses import replace
from uuid import UUID

from services.similarity.index.port import Filter, Found, Mode, VectorIndex


async def query_by_vector(
    index: VectorIndex, space: str, image_id: UUID, wanted: Filter, *, limit: int, min_score: float, mode: Mode
) -> Found | None:
    """See VectorIndex.query_stored: what that does, by the port's other methods."""
    vector = await index.get_vector(space, image_id)
    if vector is None or not await index.count(space, Filter(wanted.viewer, only=frozenset({image_id}))):
        return None
    others = replace(wanted, exclude=wanted.exclude | {image_id})
    return await index.query(space, vector, others, limit=limit, min_score=min_score, mode=mode)
