"""One search in one space: which field, how many, and in what order."""

from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.similarity.index.milvus.rows import stored, vector_of
from services.similarity.index.milvus.session import Row, Session
from services.similarity.index.port import Mode, Neighbour

MIN_EF = 100
MAX_REACH = 16_384
"""Milvus gives no more."""
CLOSE = 1e-5
"""Milvus' scores of equal vectors differ by less than this."""


def search(
    session: Session, collection: str, asked: NDArray[np.float16], expression: str, *, limit: int, mode: Mode
) -> tuple[list[Neighbour], Mode]:
    """The nearest points, best first, and how they were found; `mode` is EXACT or HNSW.

    The graph may give fewer than there are, when a filter lets few through or it does not reach every point: then all
    are compared. Scores are computed here, from what is kept, in 64 bits: so equal vectors have equal scores, in
    whatever segment they are.
    """
    hits = _hits(session, collection, asked, expression, limit=limit, mode=mode)
    if len(hits) < limit and mode is not Mode.EXACT:
        mode = Mode.EXACT
        hits = _hits(session, collection, asked, expression, limit=limit, mode=mode)
    scores = _cosines([hit["entity"]["vector"] for hit in hits], asked)
    found = [Neighbour(UUID(hit["id"]), score) for hit, score in zip(hits, scores.tolist(), strict=True)]
    found.sort(key=lambda neighbour: (-neighbour.score, neighbour.image_id))
    return found[:limit], mode


def _hits(
    session: Session, collection: str, asked: NDArray[np.float16], expression: str, *, limit: int, mode: Mode
) -> list[Row]:
    """More than `limit`, and more again while the last is as near as the one that counts last.

    Milvus cuts points of one score anywhere; the order among them is by image id, so all of them are needed.
    """
    field = "vector" if mode is Mode.EXACT else "graph"
    vector = stored(asked, lite=session.options.lite)
    reach = 2 * limit + 16
    while True:
        hits = session.search(
            collection, vector, field=field, expression=expression, limit=reach, ef=max(MIN_EF, reach)
        )
        if len(hits) < reach or reach == MAX_REACH or hits[-1]["distance"] < hits[limit - 1]["distance"] - CLOSE:
            return hits
        reach = min(4 * reach, MAX_REACH)


def _cosines(kept: list[Any], asked: NDArray[np.float16]) -> NDArray[np.float64]:
    """Clipped to 0..1, (N,) float64. One dot product a row, as the reference does it."""
    if not kept:
        return np.empty(0)
    rows, query = np.stack([vector_of(one) for one in kept]).astype(np.float64), asked.astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(query)
    cosines: NDArray[np.float64] = np.einsum("ij,j->i", rows, query) / lengths
    return cosines.clip(0.0, 1.0)
