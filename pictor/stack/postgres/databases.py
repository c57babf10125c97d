"""The databases of the services inside the embedded PostgreSQL: one each, owned by a role of the same name."""

import asyncio
import time
from typing import Any

import asyncpg

from pictor.stack.postgres.server import Cluster
from pictor.stack.process.output import say
from pictor.stack.settings import StackError

DATABASES = ("pictor_gateway", "pictor_catalog", "pictor_similarity")
_START_TIMEOUT_S = 300.0
_SAY_AFTER_S = 5.0


async def ensure_databases(cluster: Cluster) -> None:
    """Wait until the server answers (it may be recovering from a crash) and make what is missing. Twice is safe."""
    connection = await _connect_when_ready(cluster)
    try:
        roles = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        existing = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
        for name in DATABASES:  # constants: identifiers cannot be parameters
            if name not in roles:
                await connection.execute(f"CREATE ROLE {name} LOGIN")
            if name not in existing:
                await connection.execute(f"CREATE DATABASE {name} OWNER {name}")
            await connection.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
    finally:
        await connection.close()
    # The wheel's pgvector may be made by a superuser only; the migration then finds it there.
    connection = await asyncpg.connect(host=str(cluster.sockets), user="postgres", database="pictor_similarity")
    try:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        await connection.execute("ALTER EXTENSION vector UPDATE")  # a newer wheel over an older data folder
    finally:
        await connection.close()


async def _connect_when_ready(cluster: Cluster) -> Any:  # noqa: ANN401 - asyncpg has no types
    began, said = time.monotonic(), False
    while True:
        try:
            return await asyncpg.connect(host=str(cluster.sockets), user="postgres", database="postgres", timeout=5)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError) as error:
            waited_s = time.monotonic() - began
            if waited_s > _START_TIMEOUT_S:
                raise StackError(f"PostgreSQL did not start within {_START_TIMEOUT_S:.0f} s ({error}).") from error
            if waited_s > _SAY_AFTER_S and not said:
                said = True
                say(f"waiting for PostgreSQL ({error}); after a crash it replays its log first")
        await asyncio.sleep(0.05)
