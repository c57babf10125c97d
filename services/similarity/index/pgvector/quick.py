"""The usual search in one round trip: no transaction to begin, no settings to make, nothing to plan.

Every connection has the settings of the usual search for all its life, and keeps its statements prepared. What is known
of a space is remembered, and every statement checks that it still holds. Whatever comes otherwise, a changed space, too
few hits, a connection that broke, is left to the long way, which asks first.
"""

# ruff: noqa: S608 - what is put into statements are names and numbers of ours, never a caller's words

from dataclasses import replace
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine

from services.similarity.index.errors import IndexTimeout
from services.similarity.index.pgvector.estimates import Estimates, Fitting
from services.similarity.index.pgvector.failures import TIMEOUTS, sqlstate
from services.similarity.index.pgvector.filters import conditions
from services.similarity.index.pgvector.options import IndexOptions
from services.similarity.index.pgvector.searching import (
    Answered,
    Asked,
    answered,
    chosen,
    found_rows,
    graph_statement,
    settings_for,
    worth_the_graph,
)
from services.similarity.index.port import Filter, Mode
from services.similarity.storage.spaces import SpaceRecord

USUAL_LIMIT = 25
"""Up to so many hits the settings of the connections fit."""


class QuickSearch:
    """`url` is SQLAlchemy's; nothing is connected until first used. `close` it in the end."""

    def __init__(self, url: str, options: IndexOptions, *, pool: int, timeout_s: float) -> None:
        self.estimates = Estimates()
        self._options = options
        self._known: dict[str, SpaceRecord] = {}
        nobody = UUID(int=0)
        usual = Asked(nobody, None, Filter(viewer=nobody), USUAL_LIMIT, Mode.TWO_STAGE)
        self._engine = create_async_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_size=pool,
            max_overflow=0,
            pool_timeout=timeout_s,
            connect_args={
                "timeout": 10,
                "command_timeout": timeout_s,
                "server_settings": {
                    **{name: value.strip("'") for name, value in settings_for(usual, options).items()},
                    "statement_timeout": str(int(timeout_s * 1000)),
                    "jit": "off",
                    "enable_bitmapscan": "off",  # rows are looked up one by one: nothing to sort by pages
                },
            },
        )

    def remember(self, space: SpaceRecord) -> None:
        self._known[space.id] = space

    async def search(self, name: str, asked: Asked) -> Answered | None:
        """None when the long way must be taken. Raises IndexTimeout."""
        space = self._known.get(name)
        if space is None:
            return None
        asked = replace(asked, mode=chosen(space, asked.mode))
        fitting = self.estimates.kept(space, asked.wanted.viewer)
        if fitting is None or not self._is_usual(space, asked, fitting):
            return None
        try:
            return await self._answer(space, asked, fitting.of)
        except (DBAPIError, PoolTimeout, OSError) as error:
            if isinstance(error, PoolTimeout | TimeoutError) or (
                isinstance(error, DBAPIError) and sqlstate(error) in TIMEOUTS
            ):
                raise IndexTimeout("The search took longer than it may; narrow it, or try again.") from error
            return None

    def _is_usual(self, space: SpaceRecord, asked: Asked, fitting: Fitting) -> bool:
        if asked.wanted.narrows or asked.limit > USUAL_LIMIT or asked.mode is Mode.EXACT:
            return False
        if asked.vector is not None and len(asked.vector) != space.dimension:
            return False
        return worth_the_graph(fitting, asked, self._options)

    async def _answer(self, space: SpaceRecord, asked: Asked, of: int) -> Answered | None:
        condition, _ = conditions(asked.wanted)
        still = f"slot = {space.slot} AND centring = {space.centring} AND has_cosine_index = {space.has_cosine_index}"
        checked = f"(SELECT EXISTS (SELECT FROM spaces WHERE {still})) AND {condition}"
        statement, _ = graph_statement(space, asked, checked, self._options, of)
        async with self._engine.connect() as connection:
            rows = await found_rows(connection, asked, statement)
        if len(rows) < asked.limit or rows[0].distance is None:
            return None
        return answered(((row.image_id, row.distance) for row in rows), asked.mode)

    async def close(self) -> None:
        await self._engine.dispose()
