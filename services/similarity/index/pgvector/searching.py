"""One search in one space: which way, and the statements. All in one transaction of the caller."""

# ruff: noqa: S608 - what is put into statements are names and numbers of ours, never a caller's words

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.similarity.index.pgvector.filters import conditions
from services.similarity.index.pgvector.options import IndexOptions
from services.similarity.index.pgvector.tables import points_table, signs_of, vector_parameter
from services.similarity.index.port import Filter, Mode, Neighbour
from services.similarity.storage.spaces import SpaceRecord

BREADTH = 100
MAX_BREADTH = 1000


def candidates(limit: int, options: IndexOptions) -> int:
    """How many points the sign bits pick for the exact comparison."""
    return min(max(options.candidates, 4 * limit), MAX_BREADTH)


def settings_for(mode: Mode, limit: int, options: IndexOptions) -> dict[str, str]:
    """What Postgres is told for this transaction: SQL expressions over the space's row.

    Iterative scans go on until enough points passed the filter; they may be slightly out of order, which the sort
    above them mends. `enable_sort` off makes the planner take the index: it does not know what a distance costs. A plan
    for any vector would convert the one asked for anew at every row: plan for this one.
    """
    cosine, signs = min(max(BREADTH, 2 * limit), MAX_BREADTH), candidates(limit, options)
    breadth = {
        Mode.HNSW: f"'{cosine}'",
        Mode.AUTO: f"CASE WHEN has_cosine_index THEN '{cosine}' ELSE '{signs}' END",
    }.get(mode, f"'{signs}'")
    return {
        "hnsw.ef_search": breadth,
        "hnsw.iterative_scan": "'relaxed_order'",
        "hnsw.max_scan_tuples": f"'{options.max_scan_tuples}'",
        "hnsw.scan_mem_multiplier": "'4'",
        "enable_sort": "'off'",
        "plan_cache_mode": "'force_custom_plan'",
    }


def modes_of(space: SpaceRecord) -> frozenset[Mode]:
    modes = {Mode.EXACT}
    if space.centring:
        modes.add(Mode.TWO_STAGE)
    if space.has_cosine_index:
        modes.add(Mode.HNSW)
    return frozenset(modes)


def chosen(space: SpaceRecord, mode: Mode) -> Mode:
    """The mode that answers: the one asked for where it has its index."""
    available = modes_of(space)
    if mode is Mode.AUTO:
        return next(way for way in (Mode.HNSW, Mode.TWO_STAGE, Mode.EXACT) if way in available)
    return mode if mode in available else Mode.EXACT


async def search(
    connection: AsyncConnection,
    space: SpaceRecord,
    vector: list[float],
    wanted: Filter,
    *,
    limit: int,
    mode: Mode,
    options: IndexOptions,
) -> tuple[list[Neighbour], Mode]:
    """The nearest points, best first, and how they were found. `mode` is not AUTO, and has its index."""
    condition, parameters = conditions(wanted)
    if mode is not Mode.EXACT and await _estimate(connection, space, condition, parameters) <= options.exact_rows:
        mode = Mode.EXACT
    statement = STATEMENTS[mode](space, condition)
    reach = candidates(limit, options) if mode is Mode.TWO_STAGE else 2 * limit
    bound = {**parameters, "vector": vector, "limit": limit} | ({} if mode is Mode.EXACT else {"reach": reach})
    rows = (await connection.execute(text(statement), bound)).all()
    if len(rows) < limit and mode is not Mode.EXACT:
        # The scan gave up under the filter, or the graph does not reach every point: ask them all.
        return await search(connection, space, vector, wanted, limit=limit, mode=Mode.EXACT, options=options)
    return [Neighbour(row.image_id, min(max(1.0 - row.distance, 0.0), 1.0)) for row in rows], mode


async def _estimate(connection: AsyncConnection, space: SpaceRecord, condition: str, parameters: dict[str, Any]) -> int:
    """How many points the planner expects to fit, from its statistics: a hint, in a tenth of the time of counting."""
    statement = f"EXPLAIN (FORMAT JSON) SELECT FROM {points_table(space)} WHERE {condition}"
    plan = await connection.scalar(text(statement), parameters)
    return int(plan[0]["Plan"]["Plan Rows"])


def _exact(space: SpaceRecord, condition: str) -> str:
    """`+ 0` hides the order from the index: it gives near neighbours, not the nearest."""
    return f"""
        SELECT image_id, (vector <=> {vector_parameter(space)}) + 0 AS distance
        FROM {points_table(space)} WHERE {condition}
        ORDER BY distance, image_id LIMIT :limit
    """


def _hnsw(space: SpaceRecord, condition: str) -> str:
    """Twice as many as asked for, so that what the scan gives out of order is put right.

    `+ 0`: Postgres would take the candidates for sorted, as the scan promised, and sort within equal distances only.
    """
    return f"""
        WITH candidates AS MATERIALIZED (
            SELECT image_id, vector <=> {vector_parameter(space)} AS distance
            FROM {points_table(space)} WHERE {condition}
            ORDER BY distance LIMIT :reach
        )
        SELECT image_id, distance FROM candidates ORDER BY distance + 0, image_id LIMIT :limit
    """


def _two_stage(space: SpaceRecord, condition: str) -> str:
    """Candidates by Hamming distance of sign bits about the mean, then their true order.

    The bits approximate the angle between centred vectors: M. Charikar, "Similarity estimation techniques from rounding
    algorithms", STOC 2002, with the axes as hyperplanes, as pgvector's documentation of binary quantization has it.
    """
    asked, bits = vector_parameter(space), signs_of(space, space.centring, "vector")
    return f"""
        WITH candidates AS MATERIALIZED (
            SELECT image_id, vector FROM {points_table(space)} WHERE {condition}
            ORDER BY {bits} <~> {signs_of(space, space.centring, asked)} LIMIT :reach
        )
        SELECT image_id, vector <=> {asked} AS distance FROM candidates ORDER BY distance, image_id LIMIT :limit
    """


STATEMENTS = {Mode.EXACT: _exact, Mode.HNSW: _hnsw, Mode.TWO_STAGE: _two_stage}
