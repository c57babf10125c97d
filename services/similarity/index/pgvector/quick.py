"""The usual search in one round trip: no transaction to begin, no settings to make, nothing to plan.

Every connection has the settings of the usual search for all its life, and keeps its statements prepared. What is known
of a space is remembered, and every statement checks that it still holds. Whatever comes otherwise, a changed space, too
few hits, a connection that broke, is left to the long way, which asks first.
"""

# ruff: noqa: S608 - what is put into statements are names and numbers of ours, never a caller's words

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.engine import make_url

from services.similarity.index.errors import IndexTimeout
from services.similarity.index.pgvector.estimates import Estimates, Fitting
from services.similarity.index.pgvector.filters import conditions
from services.similarity.index.pgvector.options import IndexOptions
from services.similarity.index.pgvector.searching import (
    Answered,
    Asked,
    answered,
    chosen,
    graph_statement,
    settings_for,
    worth_the_graph,
)
from services.similarity.index.port import Filter, Mode
from services.similarity.storage.spaces import SpaceRecord

USUAL_LIMIT = 25
"""Up to so many hits the settings of the connections fit."""
BIND = re.compile(r"(?<!:):([a-z_]\w*)")
CLOSE_S = 5.0


class QuickSearch:
    """`url` is SQLAlchemy's; nothing is connected until first used. `close` it in the end."""

    def __init__(self, url: str, options: IndexOptions, *, pool: int, timeout_s: float) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._options = options
        self.estimates = Estimates()
        self._size = pool
        self._timeout_s = timeout_s
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()
        self._known: dict[str, SpaceRecord] = {}

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
        except (asyncpg.QueryCanceledError, TimeoutError) as error:
            raise IndexTimeout("The search took longer than it may; narrow it, or try again.") from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            return None

    def _is_usual(self, space: SpaceRecord, asked: Asked, fitting: Fitting) -> bool:
        if asked.wanted.narrows or asked.limit > USUAL_LIMIT or asked.mode is Mode.EXACT:
            return False
        if asked.vector is not None and len(asked.vector) != space.dimension:
            return False
        return worth_the_graph(fitting, asked, self._options)

    async def _answer(self, space: SpaceRecord, asked: Asked, of: int) -> Answered | None:
        condition, parameters = conditions(asked.wanted)
        still = f"slot = {space.slot} AND centring = {space.centring} AND has_cosine_index = {space.has_cosine_index}"
        checked = f"(SELECT EXISTS (SELECT FROM spaces WHERE {still})) AND {condition}"
        named, _ = graph_statement(space, asked, checked, self._options, of)
        statement, values = numbered(named, {**parameters, "vector": asked.vector, "like": asked.like})
        pool = await self._opened()
        async with pool.acquire(timeout=self._timeout_s) as connection:
            rows: Sequence[Any] = await connection.fetch(statement, *values)
        if len(rows) < asked.limit or rows[0]["distance"] is None:
            return None
        return answered([(row["image_id"], row["distance"]) for row in rows], asked.mode)

    async def _opened(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                nobody = UUID(int=0)
                usual = Asked(nobody, None, Filter(viewer=nobody), USUAL_LIMIT, Mode.TWO_STAGE)
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self._size,
                    max_inactive_connection_lifetime=60,
                    connection_class=_Kept,
                    timeout=10,
                    command_timeout=self._timeout_s,
                    server_settings={
                        **{name: value.strip("'") for name, value in settings_for(usual, self._options).items()},
                        "statement_timeout": str(int(self._timeout_s * 1000)),
                        "jit": "off",
                        "enable_bitmapscan": "off",  # rows are looked up one by one: nothing to sort by pages
                    },
                )
        return self._pool

    async def close(self) -> None:
        if self._pool is not None:
            try:
                await asyncio.wait_for(self._pool.close(), CLOSE_S)
            except TimeoutError:
                self._pool.terminate()


class _Kept(asyncpg.Connection):  # type: ignore[misc]  # the driver is not typed
    """Nothing is set on it that another search should not have: no reset, which were a round trip more."""

    def get_reset_query(self) -> str:
        return ""


def numbered(statement: str, values: dict[str, Any]) -> tuple[str, list[Any]]:
    """From binds by name (`:viewer`) to the driver's own (`$1`)."""
    names = list(dict.fromkeys(BIND.findall(statement)))
    return BIND.sub(lambda bind: f"${names.index(bind[1]) + 1}", statement), [values[name] for name in names]
