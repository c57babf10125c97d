"""The table of a space and its indexes: names, and how they are made. Sign bits have their own: see `signs`."""

from services.similarity.index.pgvector.options import IndexOptions
from services.similarity.storage.spaces import SpaceRecord

INLINE_DIMENSIONS = 3072
"""Up to here a row with its labels fits a page of 8 KB."""


def points_table(space: SpaceRecord) -> str:
    return f"points_{space.slot}"


def cosine_index(space: SpaceRecord) -> str:
    return f"points_{space.slot}_cosine"


def vector_parameter(space: SpaceRecord) -> str:
    """The bind `:vector`, a list of floats, as the column's type: real[] travels in binary, halfvec as text."""
    return f"CAST(CAST(:vector AS real[]) AS halfvec({space.dimension}))"


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


def create_cosine_index(space: SpaceRecord, options: IndexOptions) -> str:
    return create_hnsw(cosine_index(space), points_table(space), "vector halfvec_cosine_ops", options)


def create_hnsw(name: str, table: str, column: str, options: IndexOptions) -> str:
    with_options = f"m = {options.m}, ef_construction = {options.ef_construction}"
    return f"CREATE INDEX CONCURRENTLY {name} ON {table} USING hnsw ({column}) WITH ({with_options})"
