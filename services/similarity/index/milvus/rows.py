"""Points as rows of Milvus and back."""

from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.similarity.index.port import Point, Vector

Kept = NDArray[np.float16] | NDArray[np.float32]
MAX_LABELS = 4096
"""What an ARRAY of Milvus takes."""


def row_of(point: Point, half: NDArray[np.float16], *, lite: bool) -> dict[str, Any]:
    """`half` is what is kept of the point's vector."""
    labels = sorted(set(point.label_ids))
    if len(labels) > MAX_LABELS:
        raise ValueError(f"a point has at most {MAX_LABELS} labels, not {len(labels)}")
    kept = stored(half, lite=lite)
    return {
        "id": str(point.image_id),
        "owner": str(point.owner_id),
        "public": point.public,
        "labels": labels,
        "vector": kept,
        "graph": kept,
    }


def stored(half: NDArray[np.float16], *, lite: bool) -> Kept:
    """What a vector field takes: milvus-lite has no half precision, and keeps the same values in 32 bits."""
    return half.astype(np.float32) if lite else half


def vector_of(value: Any) -> Vector:  # noqa: ANN401 - pymilvus has no types
    """A vector field's content: bytes of half precision, alone or in a list, or a list of floats."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], bytes):
        value = value[0]
    if isinstance(value, bytes):
        return np.frombuffer(value, dtype="<f2").astype(np.float32)
    return np.asarray(value, dtype=np.float32)


def point_of(row: dict[str, Any]) -> Point:
    return Point(
        image_id=UUID(row["id"]),
        vector=vector_of(row["vector"]),
        owner_id=UUID(row["owner"]),
        public=bool(row["public"]),
        label_ids=tuple(row["labels"]),
    )
