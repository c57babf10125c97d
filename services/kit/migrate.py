"""Bring a database to the newest schema: `python -m services.kit.migrate catalog`, with PICTOR_DATABASE_URL.

Twice, or by several replicas at once, is safe: an advisory lock lets one through at a time.
"""

import asyncio
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.kit.postgres.locks import KitLock, lock_session

SERVICES = Path(__file__).parent.parent


def migrations_folder(service: str) -> Path:
    return SERVICES / service / "migrations"


async def migrate(service: str, url: str) -> None:
    """Upgrade one service's database to the newest migration."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.execute(lock_session(KitLock.MIGRATION))
            await connection.commit()
            await connection.execute(text("SET lock_timeout = '10s'"))
            await connection.commit()
            await connection.run_sync(_upgrade, service)
            await connection.commit()
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, service: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder(service)))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _main() -> None:
    name, url = sys.argv[1], os.environ.get("PICTOR_DATABASE_URL")
    if not migrations_folder(name).is_dir():
        sys.exit(f"There is no service named {name} with migrations.")
    if not url:
        sys.exit(f"Set PICTOR_DATABASE_URL to the database of {name}.")
    asyncio.run(migrate(name, url))


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and the service
        sys.exit(__doc__)
    _main()
