"""Nearest neighbours: one port, an exact reference in memory, and pgvector."""

from services.similarity.index.errors import (
    IndexTimeout,
    IndexUnavailable,
    InvalidVector,
    SpaceBusy,
    UnknownSpace,
    VectorIndexError,
    WrongDimension,
)
from services.similarity.index.exact import ExactIndex
from services.similarity.index.port import (
    MAX_DIMENSION,
    MAX_LIMIT,
    Filter,
    Found,
    Mode,
    Neighbour,
    PayloadChange,
    Point,
    Space,
    Vector,
    VectorIndex,
)

__all__ = [
    "MAX_DIMENSION",
    "MAX_LIMIT",
    "ExactIndex",
    "Filter",
    "Found",
    "IndexTimeout",
    "IndexUnavailable",
    "InvalidVector",
    "Mode",
    "Neighbour",
    "PayloadChange",
    "Point",
    "Space",
    "SpaceBusy",
    "UnknownSpace",
    "Vector",
    "VectorIndex",
    "VectorIndexError",
    "WrongDimension",
]
