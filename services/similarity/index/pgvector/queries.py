"""The statements of a search. Rows are (image_id, distance, compared), best first; the last is of how many candidates.

All take the direction from a subquery, `asked`: it is read or converted once, a plan of it fits any direction, and the
vector of a stored image need not travel. `distance` is null where the image is not there, or not the viewer's to see.
"""

# ruff: noqa: S608 - what is put into statements are names and numbers of ours, never a caller's words

from collections.abc import Sequence

from services.similarity.index.pgvector.filters import VISIBLE
from services.similarity.index.pgvector.signs import signs_of, signs_table
from services.similarity.index.pgvector.tables import points_table, vector_parameter
from services.similarity.storage.spaces import SpaceRecord

DIRECTION = "(SELECT vector FROM asked)"


def is_there(space: SpaceRecord) -> str:
    return f"SELECT EXISTS (SELECT FROM {points_table(space)} WHERE image_id = :like AND {VISIBLE})"


def _asked(space: SpaceRecord, *, stored: bool, breadth: int | None = None) -> str:
    """With `breadth` the graph is searched so broadly: it is set as the direction is read, before the scan begins."""
    if breadth is not None:
        settled = f"(SELECT set_config('hnsw.ef_search', '{breadth}', true)) IS NOT NULL"
        return f"{_asked(space, stored=stored)[:-1]} {'AND' if stored else 'WHERE'} {settled})"
    source = f"vector FROM {points_table(space)} WHERE image_id = :like AND {VISIBLE}"
    return f"asked AS MATERIALIZED (SELECT {source if stored else f'{vector_parameter(space)} AS vector'})"


def exact(space: SpaceRecord, condition: str, *, stored: bool, limit: int) -> str:
    """`+ 0` hides the order from the index: it gives near neighbours, not the nearest."""
    return f"""
        WITH {_asked(space, stored=stored)}
        SELECT image_id, (vector <=> {DIRECTION}) + 0 AS distance, 0 AS compared
        FROM {points_table(space)} WHERE {condition}
        ORDER BY distance, image_id LIMIT {limit}
    """


def hnsw(space: SpaceRecord, condition: str, *, stored: bool, limit: int, reach: int) -> str:
    """`reach` is more than `limit`, so that what the scan gives out of order is put right.

    `+ 0`: Postgres would take the candidates for sorted, as the scan promised, and sort within equal distances only.
    """
    return f"""
        WITH {_asked(space, stored=stored)}, candidates AS MATERIALIZED (
            SELECT image_id, vector <=> {DIRECTION} AS distance
            FROM {points_table(space)} WHERE {condition}
            ORDER BY distance LIMIT {reach}
        )
        SELECT image_id, distance, {reach} AS compared FROM candidates ORDER BY distance + 0, image_id LIMIT {limit}
    """


def two_stage(
    space: SpaceRecord,
    condition: str,
    *,
    stored: bool,
    limit: int,
    tiers: Sequence[int],
    enough: float,
    graph: bool,
    breadth: int | None = None,
) -> str:
    """Candidates by Hamming distance of sign bits about the mean, then their true order.

    Of `tiers` the last is how many candidates are picked at the most: by the graph, or (`graph` False) from all that
    fit, where the `+ 0` hides the order from it. The first is how many are compared, the next only where the nearest
    `limit` lie deeper in what was compared than the part `enough` of it: the neighbourhood of the query is dense or far
    away then, sign bits order it badly, and more of the nearest lie beyond. What is not compared is not picked either:
    an iterative scan of the graph goes on from where it stood.

    The bits approximate the angle between centred vectors: M. Charikar, "Similarity estimation techniques from rounding
    algorithms", STOC 2002, with the axes as hyperplanes, as pgvector's documentation of binary quantization has it.
    """
    bits = f"(SELECT {signs_of(space, space.centring, 'vector')} FROM asked)"
    parts = [
        _asked(space, stored=stored, breadth=breadth),
        f"""picked AS MATERIALIZED (
            SELECT image_id FROM {signs_table(space, space.centring)} WHERE {condition}
            ORDER BY (signs <~> {bits}){"" if graph else " + 0"} LIMIT {tiers[-1]}
        )""",
        "numbered AS MATERIALIZED (SELECT image_id, row_number() OVER () AS depth FROM picked)",
    ]
    compared, passed = "", 0
    for tier in tiers:
        deep = ""
        if compared:
            nearest = f"SELECT depth FROM ({compared}) AS near ORDER BY distance, image_id LIMIT {limit}"
            deep = f"WHERE (SELECT max(depth) FROM ({nearest}) AS nearest) > {int(enough * passed)}"
        parts.append(f"""compared_{tier} AS MATERIALIZED (
            SELECT image_id, vector <=> {DIRECTION} AS distance, depth
            FROM (SELECT image_id, depth FROM numbered {deep} OFFSET {passed} LIMIT {tier - passed}) AS next
            JOIN {points_table(space)} USING (image_id)
        )""")
        compared += f"{' UNION ALL ' if compared else ''}SELECT * FROM compared_{tier}"
        passed = tier
    return f"""
        WITH {", ".join(parts)}
        SELECT image_id, distance, (SELECT count(*) FROM ({compared}) AS those) AS compared
        FROM ({compared}) AS these ORDER BY distance, image_id LIMIT {limit}
    """
