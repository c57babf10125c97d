"""One search in one space: which way, and how far. All in one transaction of the caller."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.similarity.index.pgvector.estimates import Estimates, Fitting
from services.similarity.index.pgvector.filters import conditions
from services.similarity.index.pgvector.options import IndexOptions
from services.similarity.index.pgvector.queries import exact, hnsw, is_there, two_stage
from services.similarity.index.port import Filter, Mode, Neighbour
from services.similarity.storage.spaces import SpaceRecord

BREADTH = 100
MAX_BREADTH = 1000
SLACK = 10
"""More points than are wanted, so that a few that do not count (the image itself) cost no second batch of the scan."""
WIDER = 3
"""So many times as many candidates are compared where the hits lie deep among those before."""
TWICE = 2
"""So many times as many candidates where no graph bounds what they cost."""
ENOUGH, ENOUGH_NARROWED = 0.6, 0.4
"""Hits no deeper than this part of the candidates are taken for the nearest; what fits a filter may lie farther off."""
PATIENCE = 2
"""A scan under a filter gives up after so many times as many points as it should have had to pass."""
SCANNED = 16
"""To pass a point by the graph takes 10 µs, to read the bits of one that fits 0.7 (0.45 where all do); and a little
for that the scan may give up, where the label is somewhere else than the query."""
NEARLY_ALL = 0.9
LARGE = 200_000
"""Above so many points there are more candidates, by the logarithm, and the graph is searched as broadly as all of them
need: of 1,000,000 made vectors 80, then 240, from a search that goes on from a narrow one find 0.95 of the nearest 12;
160, then 480, from one broad search 0.985."""
_text = lru_cache(100)(text)  # to look for the binds of a statement takes some 0.1 ms
Rows = Sequence[Row[tuple[UUID, float, int]]]
"""See `queries`."""


@dataclass(frozen=True)
class Asked:
    """What is searched for: a stored image that the viewer may see, or else a vector; and how."""

    like: UUID | None
    vector: list[float] | None
    wanted: Filter
    limit: int
    mode: Mode


@dataclass(frozen=True)
class Answered:
    """`neighbours` is None when there is no such image to be like."""

    neighbours: list[Neighbour] | None
    mode: Mode


def breadth_for(tiers: Sequence[int], of: int, *, stored: bool) -> int:
    """How broadly the graph is searched for so many candidates.

    What is stored lies in the graph itself; a vector from outside may be unlike anything there, and then a narrow
    search ends in the wrong corner: of the nearest 12 of 100,000 pool-like vectors strangers to them find 0.89 at 310
    and 0.95 at 1,000.
    """
    return min(tiers[-1 if of > LARGE else 0] + SLACK, MAX_BREADTH) if stored else MAX_BREADTH


def candidates(limit: int, options: IndexOptions, of: int) -> int:
    """How many of so many points the sign bits pick for the exact comparison, at first."""
    larger = 1 + math.log10(max(of / LARGE, 1))
    return min(int(larger * max(options.candidates, 4 * limit)), MAX_BREADTH)


def tiers_for(asked: Asked, options: IndexOptions, of: int, *, graph: bool = True) -> tuple[int, ...]:
    """How many candidates are compared at first, and in the end where hits lie deep among them; see `two_stage`.

    Twice is enough where the query is stored: it bounds the time.
    """
    first = candidates(asked.limit, options, of) * (1 if graph else TWICE)
    steps = 2 if asked.like is not None else 3
    return tuple(sorted({min(first * WIDER**step, MAX_BREADTH) for step in range(steps)}))


def settings_for(asked: Asked, options: IndexOptions) -> dict[str, str]:
    """What Postgres is told for this transaction: SQL expressions over the space's row.

    Iterative scans go on until enough points passed the filter; they may be slightly out of order, which the sort
    above them mends. `enable_sort` off makes the planner take the index: it does not know what a distance costs.
    Statements take the direction from a subquery, so a plan fits any; one for any filter would guess how many fit.
    """
    cosine = min(max(BREADTH, 2 * asked.limit) + SLACK, MAX_BREADTH)
    signs = breadth_for(tiers_for(asked, options, 0), 0, stored=asked.like is not None)
    breadth = {
        Mode.HNSW: f"'{cosine}'",
        Mode.AUTO: f"CASE WHEN has_cosine_index THEN '{cosine}' ELSE '{signs}' END",
    }.get(asked.mode, f"'{signs}'")
    return {
        "hnsw.ef_search": breadth,
        "hnsw.iterative_scan": "'relaxed_order'",
        "hnsw.max_scan_tuples": f"'{options.max_scan_tuples}'",
        "hnsw.scan_mem_multiplier": "'4'",
        "enable_sort": "'off'",
        "plan_cache_mode": "'force_custom_plan'" if asked.wanted.narrows else "'force_generic_plan'",
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
    connection: AsyncConnection, space: SpaceRecord, asked: Asked, options: IndexOptions, estimates: Estimates
) -> Answered:
    """The nearest points, best first, and how they were found. `asked.mode` is not AUTO, and has its index.

    By a graph where many fit, by the sign bits of all that fit where fewer do, or the graph gave up, and one by one
    where those are few, or nothing else found enough.
    """
    rows: Rows | None = None
    if asked.mode is not Mode.EXACT:
        fitting = await estimates.of(connection, space, asked.wanted)
        if worth_the_graph(fitting, asked, options):
            rows = await _by_graph(connection, space, asked, options, fitting)
        few = max(options.exact_rows, candidates(asked.limit, options, fitting.of))
        if rows is None and space.centring and fitting.rows > few:
            asked = replace(asked, mode=Mode.TWO_STAGE)
            rows = await _by_bits(connection, space, asked, options, fitting.of)
    if rows is None:
        asked = replace(asked, mode=Mode.EXACT)
        condition, _ = conditions(asked.wanted)
        statement = exact(space, condition, stored=asked.like is not None, limit=asked.limit)
        rows = await found_rows(connection, asked, statement)
    if not rows or rows[0].distance is None:
        return await nothing_found(connection, space, asked)
    return answered(((row.image_id, row.distance) for row in rows), asked.mode)


async def _by_graph(
    connection: AsyncConnection, space: SpaceRecord, asked: Asked, options: IndexOptions, fitting: Fitting
) -> Rows | None:
    """None when the scan gave up under the filter, or the graph does not reach every point."""
    narrowed = asked.wanted.narrows
    statement, tiers = graph_statement(space, asked, conditions(asked.wanted)[0], options, fitting.of)
    if narrowed:
        await _set_scan(connection, asked, tiers, fitting, options)
    rows = await found_rows(connection, asked, statement)
    gave_up = narrowed and rows and rows[0].compared not in tiers and rows[0].compared < fitting.rows
    return None if gave_up or len(rows) < asked.limit else rows


async def _by_bits(
    connection: AsyncConnection, space: SpaceRecord, asked: Asked, options: IndexOptions, of: int
) -> Rows | None:
    """None when there are fewer than asked for: so few that comparing them all shows whether it is so."""
    statement = two_stage(
        space,
        conditions(asked.wanted)[0],
        stored=asked.like is not None,
        limit=asked.limit,
        tiers=tiers_for(asked, options, of, graph=False),
        enough=ENOUGH_NARROWED,
        graph=False,
    )
    rows = await found_rows(connection, asked, statement)
    return None if len(rows) < asked.limit else rows


def graph_statement(
    space: SpaceRecord, asked: Asked, condition: str, options: IndexOptions, of: int
) -> tuple[str, tuple[int, ...]]:
    """The search by the graph of `asked.mode` among so many points, and of how many candidates it may be."""
    stored = asked.like is not None
    if asked.mode is Mode.HNSW:
        reach = 2 * asked.limit
        return hnsw(space, condition, stored=stored, limit=asked.limit, reach=reach), (reach,)
    tiers = tiers_for(asked, options, of)
    statement = two_stage(
        space,
        condition,
        stored=stored,
        limit=asked.limit,
        tiers=tiers,
        enough=ENOUGH_NARROWED if asked.wanted.narrows or of > LARGE else ENOUGH,
        graph=True,
        breadth=None if asked.wanted.narrows else breadth_for(tiers, of, stored=stored),
    )
    return statement, tiers


async def nothing_found(connection: AsyncConnection, space: SpaceRecord, asked: Asked) -> Answered:
    """Say whether it is for want of points that fit, or of the image itself."""
    bound = {"like": asked.like, "viewer": asked.wanted.viewer}
    known = asked.like is None or await connection.scalar(text(is_there(space)), bound)
    return Answered([] if known else None, Mode.EXACT)


def worth_the_graph(fitting: Fitting, asked: Asked, options: IndexOptions) -> bool:
    """Whether looking at all points that fit costs more than a scan of the graph.

    The scan passes over `of / rows` points for each that fits, and each costs SCANNED times as much as one of those:
    they break even where as many fit as the root of `SCANNED * reach * of`. Where nearly all fit `exact_rows` alone
    decides; with 0 it is always worth it.
    """
    if not options.exact_rows or fitting.rows <= options.exact_rows:
        return not options.exact_rows
    reach = 2 * asked.limit if asked.mode is Mode.HNSW else tiers_for(asked, options, fitting.of)[-1]
    return fitting.rows >= NEARLY_ALL * fitting.of or fitting.rows > math.isqrt(SCANNED * reach * fitting.of)


def answered(rows: Iterable[tuple[UUID, float]], mode: Mode) -> Answered:
    return Answered([Neighbour(image_id, min(max(1.0 - distance, 0.0), 1.0)) for image_id, distance in rows], mode)


async def _set_scan(
    connection: AsyncConnection, asked: Asked, tiers: Sequence[int], fitting: Fitting, options: IndexOptions
) -> None:
    """For the rest of the transaction: broad enough to find the first candidates that fit at once, if those lie about
    as all do; and given up soon if not, as where a label is asked for that nothing near has."""
    passed = [math.ceil(tier * fitting.of / fitting.rows) for tier in tiers]
    bound = {
        "breadth": str(breadth_for(passed, fitting.of, stored=asked.like is not None)),
        "tuples": str(min(PATIENCE * passed[-1] + SLACK, options.max_scan_tuples)),
    }
    statement = "SELECT set_config('hnsw.ef_search', :breadth, true), set_config('hnsw.max_scan_tuples', :tuples, true)"
    await connection.execute(text(statement), bound)


async def found_rows(connection: AsyncConnection, asked: Asked, statement: str) -> Rows:
    _, parameters = conditions(asked.wanted)
    direction = {"vector": asked.vector} if asked.like is None else {"like": asked.like}
    return (await connection.execute(_text(statement), {**parameters, **direction})).all()
