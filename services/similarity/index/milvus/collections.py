"""The collections: one a space, and the registry of spaces. Names, fields and indexes."""

import hashlib
from dataclasses import dataclass
from typing import Any

from pymilvus import DataType

from services.similarity.index.milvus.options import MilvusOptions
from services.similarity.index.milvus.rows import MAX_LABELS

REGISTER = "pictor_spaces"
MAX_SPACE_NAME = 400
MAX_LABEL_BYTES = 200
UUID_LENGTH = 36


def points_collection(space: str) -> str:
    """Of the name alone: two that make a space at once make the same collection, and Milvus makes it once."""
    return f"pictor_points_{hashlib.sha256(space.encode()).hexdigest()[:32]}"


@dataclass(frozen=True)
class Definition:
    """A collection's fields, as add_field takes them, and its indexes, as add_index takes them."""

    fields: tuple[dict[str, Any], ...]
    indexes: tuple[dict[str, Any], ...]


def points_definition(dimension: int, options: MilvusOptions) -> Definition:
    """Each vector is there twice: in `vector`, compared one by one, and in `graph`, which has the HNSW index.

    A field has one index, and HNSW cannot be told to look at everything. Milvus leaves the graph of what has just come,
    and of segments that are small, unbuilt, and compares it one by one.
    """
    kind = DataType.FLOAT_VECTOR if options.lite else DataType.FLOAT16_VECTOR
    labels = {"element_type": DataType.VARCHAR, "max_capacity": MAX_LABELS, "max_length": MAX_LABEL_BYTES}
    graph = {"M": options.m, "efConstruction": options.ef_construction}
    return Definition(
        fields=(
            {"field_name": "id", "datatype": DataType.VARCHAR, "max_length": UUID_LENGTH, "is_primary": True},
            {"field_name": "owner", "datatype": DataType.VARCHAR, "max_length": UUID_LENGTH},
            {"field_name": "public", "datatype": DataType.BOOL},
            {"field_name": "labels", "datatype": DataType.ARRAY, **labels},
            {"field_name": "vector", "datatype": kind, "dim": dimension},
            {"field_name": "graph", "datatype": kind, "dim": dimension},
        ),
        indexes=(
            {"field_name": "vector", "index_type": "FLAT", "metric_type": "COSINE"},
            {"field_name": "graph", "index_type": "HNSW", "metric_type": "COSINE", "params": graph},
        ),
    )


def register_definition() -> Definition:
    """Milvus wants a vector in every collection: `nothing`, always the same."""
    return Definition(
        fields=(
            {"field_name": "id", "datatype": DataType.VARCHAR, "max_length": MAX_SPACE_NAME, "is_primary": True},
            {"field_name": "dimension", "datatype": DataType.INT64},
            {"field_name": "trained", "datatype": DataType.INT64},
            {"field_name": "created_us", "datatype": DataType.INT64},
            {"field_name": "nothing", "datatype": DataType.FLOAT_VECTOR, "dim": 2},
        ),
        indexes=({"field_name": "nothing", "index_type": "FLAT", "metric_type": "COSINE"},),
    )
