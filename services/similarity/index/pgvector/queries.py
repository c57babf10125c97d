"""The statements of a search. Rows are (image_id, distance, depth, picked), best first.

All take the direction from a subquery, `asked`: it is read or converted once, a plan of it fits any direction, and the
vector of a stored image need not travel. `distance` is null where the image is not there, or not the viewer's to see.
"""

# ruff: noqa: S608 - what is put into statements are names and numbers of ours, never a caller's words

from services.similarity.index.pgvector.filters import VISIBLE
from services.similarity.index.pgvector.tables import points_table, signs_of, vector_parameter
from services.similarity.index.port import Mode
from services.similarity.storage.spaces import SpaceRecord

DIRECTION = "(SELECT vector FROM asked)"


def is_there(space: SpaceRecord) -> str:
    return f"SELECT EXISTS (SELECT FROM {points_table(space)} WHERE image_id = :like AND {VISIBLE})"


def _asked(space: SpaceRecord, *, stored: bool) -> str:
    source = f"vector FROM {points_table(space)} WHERE image_id = :like AND {VISIBLE}"
    return f"asked AS MATERIALIZED (SELECT {source if stored else f'{vector_parameter(space)} AS vector'})"


def _exact(space: SpaceRecord, condition: str, *, stored: bool, limit: int, reach: int) -> str:
    """`+ 0` hides the order from the index: it gives near neighbours, not the nearest."""
    del reach
    return f"""
        WITH {_asked(space, stored=stored)}
        SELECT image_id, (vector <=> {DIRECTION}) + 0 AS distance, 0 AS depth, 0 AS picked
        FROM {points_table(space)} WHERE {condition}
        ORDER BY distance, image_id LIMIT {limit}
    """


def _hnsw(space: SpaceRecord, condition: str, *, stored: bool, limit: int, reach: int) -> str:
    """Twice as many as asked for, so that what the scan gives out of order is put right.

    `+ 0`: Postgres would take the candidates for sorted, as the scan promised, and sort within equal distances only.
    """
    return f"""
        WITH {_asked(space, stored=stored)}, candidates AS MATERIALIZED (
            SELECT image_id, vector <=> {DIRECTION} AS distance
            FROM {points_table(space)} WHERE {condition}
            ORDER BY distance LIMIT {reach}
        )
        SELECT image_id, distance, 0 AS depth, 0 AS picked FROM candidates ORDER BY distance + 0, image_id LIMIT {limit}
    """


def _two_stage(space: SpaceRecord, condition: str, *, stored: bool, limit: int, reach: int) -> str:
    """Candidates by Hamming distance of sign bits about the mean, then their true order.

    `depth` is a hit's place among the candidates, from 1; `picked` is how many those are.

    The bits approximate the angle between centred vectors: M. Charikar, "Similarity estimation techniques from rounding
    algorithms", STOC 2002, with the axes as hyperplanes, as pgvector's documentation of binary quantization has it.
    """
    bits = signs_of(space, space.centring, "vector")
    return f"""
        WITH {_asked(space, stored=stored)}, candidates AS MATERIALIZED (
            SELECT image_id, vector <=> {DIRECTION} AS distance
            FROM {points_table(space)} WHERE {condition}
            ORDER BY {bits} <~> (SELECT {bits} FROM asked) LIMIT {reach}
        ), numbered AS (
            SELECT image_id, distance, row_number() OVER () AS depth FROM candidates
        )
        SELECT image_id, distance, depth, (SELECT count(*) FROM numbered) AS picked
        FROM numbered ORDER BY distance, image_id LIMIT {limit}
    """


STATEMENTS = {Mode.EXACT: _exact, Mode.HNSW: _hnsw, Mode.TWO_STAGE: _two_stage}
