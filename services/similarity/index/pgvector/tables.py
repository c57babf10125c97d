"""The table of a space, its indexes and its functions: names, and how they are made."""

from collections.abc import Sequence

from services.similarity.index.pgvector.options import IndexOptions
from services.similarity.storage.spaces import SpaceRecord

BUILD_LOCK = 0x51A2
INLINE_DIMENSIONS = 3072
"""Up to here a row with its labels fits a page of 8 KB."""


def points_table(space: SpaceRecord) -> str:
    return f"points_{space.slot}"


def cosine_index(space: SpaceRecord) -> str:
    return f"points_{space.slot}_cosine"


def signs_index(space: SpaceRecord, centring: int) -> str:
    return f"points_{space.slot}_signs_{centring}"


def signs_function(space: SpaceRecord, centring: int) -> str:
    return f"signs_{space.slot}_{centring}"


def vector_parameter(space: SpaceRecord) -> str:
    """The bind `:vector`, a list of floats, as the column's type: real[] travels in binary, halfvec as text."""
    return f"CAST(CAST(:vector AS real[]) AS halfvec({space.dimension}))"


def signs_of(space: SpaceRecord, centring: int, vector: str) -> str:
    """The sign bits of an SQL expression; the index has this very expression, the planner compares them."""
    return f"{signs_function(space, centring)}({vector})::bit({space.dimension})"


def create_points(space: SpaceRecord) -> list[str]:
    """Vectors lie in the row, not beside it: reading one is one page then, not an index and four chunks.

    Half the time of an exact scan, and 8 KB a row instead of 5. Labels must be told to stay too, or they would be
    moved out in the vector's place.
    """
    table = points_table(space)
    storage = "PLAIN" if space.dimension <= INLINE_DIMENSIONS else "EXTERNAL"
    return [
        f"""
        CREATE TABLE {table} (
            image_id uuid PRIMARY KEY,
            owner_id uuid NOT NULL,
            public boolean NOT NULL,
            label_ids text[] NOT NULL,
            vector halfvec({space.dimension}) NOT NULL
        )
        """,
        f"ALTER TABLE {table} ALTER vector SET STORAGE {storage}, ALTER label_ids SET STORAGE MAIN",
        f"CREATE INDEX {table}_owner ON {table} (owner_id, public)",
        f"CREATE INDEX {table}_public ON {table} (image_id) WHERE public",
        f"CREATE INDEX {table}_labels ON {table} USING gin (label_ids)",
    ]


def create_signs_function(space: SpaceRecord, centring: int, mean: Sequence[float]) -> str:
    """The mean is part of the function: what the index holds and what a query asks for cannot differ."""
    literal = ",".join(format(component, ".8g") for component in mean)
    return f"""
        CREATE FUNCTION {signs_function(space, centring)}(halfvec) RETURNS bit
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN binary_quantize($1 - '[{literal}]'::halfvec({space.dimension}))::bit({space.dimension})
    """


def create_signs_index(space: SpaceRecord, centring: int, options: IndexOptions) -> str:
    expression = f"({signs_of(space, centring, 'vector')}) bit_hamming_ops"
    return _create_hnsw(signs_index(space, centring), points_table(space), expression, options)


def create_cosine_index(space: SpaceRecord, options: IndexOptions) -> str:
    return _create_hnsw(cosine_index(space), points_table(space), "vector halfvec_cosine_ops", options)


def _create_hnsw(name: str, table: str, column: str, options: IndexOptions) -> str:
    with_options = f"m = {options.m}, ef_construction = {options.ef_construction}"
    return f"CREATE INDEX CONCURRENTLY {name} ON {table} USING hnsw ({column}) WITH ({with_options})"
