"""Postgres: one engine a process, one session and one transaction a request, committed before the answer is sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from alembic.script import ScriptDirectory
from fastapi import Depends, Request
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from services.kit.http.problems import Unavailable
from services.kit.settings import PostgresSettings

# What Postgres says while it starts, stops or is full: 53300 too_many_connections, 57P01 admin_shutdown, 57P02
# crash_shutdown, 57P03 cannot_connect_now; 08xxx the connection itself.
UNREACHABLE = frozenset({"53300", "57P01", "57P02", "57P03", "08000", "08001", "08003", "08004", "08006"})

FULL = frozenset({"53100", "53200", "25006"})
"""disk_full, out_of_memory; read_only_sql_transaction, which managed servers answer when their disk is full."""
LOCK_NOT_AVAILABLE = "55P03"
DATABASE_ERRORS = (SQLAlchemyError, OSError, Unavailable)
"""What a statement raises, a connection that cannot be made, and what `transaction` makes of both: for loops that go on
once the database is back."""


class LockTimeout(Exception):
    """Others held what the transaction wanted for longer than its lock_timeout."""


class SchemaOutdated(RuntimeError):
    """The database does not have the schema that this code was written for."""


class Database:
    """The process's connection pool. Nothing is connected until first used."""

    def __init__(self, settings: PostgresSettings) -> None:
        timeout_s = settings.database_timeout_s
        self.engine = create_async_engine(
            settings.database_url.get_secret_value(),
            pool_size=settings.database_pool,
            max_overflow=0,
            pool_timeout=timeout_s,
            pool_pre_ping=True,
            connect_args={
                "timeout": 10,
                "command_timeout": timeout_s,
                "server_settings": {
                    "statement_timeout": str(int(timeout_s * 1000)),
                    "idle_in_transaction_session_timeout": "120000",
                    "jit": "off",
                    "timezone": "UTC",
                },
            },
        )
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    async def ping(self) -> None:
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def require_schema(self, migrations: Path) -> None:
        """Raise SchemaOutdated unless the database stands at the newest migration of the folder."""
        wanted = ScriptDirectory(str(migrations)).get_current_head()
        async with self.engine.connect() as connection:
            known = await connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
            found = await connection.scalar(text("SELECT version_num FROM alembic_version")) if known else None
        if found != wanted:
            name = migrations.parent.name
            raise SchemaOutdated(
                f"The database of {name} is at migration {found}, the code wants {wanted}: "
                f"run `python -m services.kit.migrate {name}` first."
            )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Give a session; commit at the end of the block, roll back when it raises.

        Raises Unavailable when the database cannot be reached, LockTimeout after a lock_timeout that the block set.
        """
        try:
            async with self.sessions() as session, session.begin():
                yield session
        except (OSError, PoolTimeout) as error:
            raise Unavailable("The database does not answer; try again shortly.") from error
        except DBAPIError as error:
            if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in UNREACHABLE:
                raise Unavailable("The connection to the database broke; try again.") from error
            if getattr(error.orig, "sqlstate", None) in FULL:
                raise Unavailable(
                    "The database has no room to write; nothing was changed.", retry_after_s=60
                ) from error
            if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                raise LockTimeout from error
            raise

    async def close(self) -> None:
        await self.engine.dispose()


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Give the request its session; commit when the handler returned, roll back when it raised."""
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


RequestSession = Annotated[AsyncSession, Depends(get_session, scope="function")]
