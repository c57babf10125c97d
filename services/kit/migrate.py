"""Bring a database to the newest schema: `python -m services.kit.migrate catalog`, with PICTOR_DATABASE_URL.

Before an older version is installed: `python -m services.kit.migrate catalog --down-to 0013`, the newest migration of
that version; the services are stopped meanwhile. See docs/deploy/upgrade.md.

Twice, or by several replicas at once, is safe: an advisory lock lets one through at a time.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.kit.postgres.locks import KitLock, lock_session

SERVICES = Path(__file__).parent.parent


def migrations_folder(service: str) -> Path:
    return SERVICES / service / "migrations"


async def migrate(service: str, url: str, *, down_to: str | None = None) -> None:
    """Upgrade one service's database to the newest migration, or take it down to an older one."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.execute(lock_session(KitLock.MIGRATION))
            await connection.commit()
            await connection.execute(text("SET lock_timeout = '10s'"))
            await connection.commit()
            await connection.run_sync(_run, service, down_to)
            await connection.commit()
    finally:
        await engine.dispose()


def _run(connection: Connection, service: str, down_to: str | None) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder(service)))
    config.attributes["connection"] = connection
    if down_to is None:
        command.upgrade(config, "head")
    else:
        command.downgrade(config, down_to)


def _main() -> None:
    parser = argparse.ArgumentParser(
        prog="services.kit.migrate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("service")
    parser.add_argument("--down-to", metavar="REVISION")
    chosen = parser.parse_args()
    name, url = chosen.service, os.environ.get("PICTOR_DATABASE_URL")
    if not migrations_folder(name).is_dir():
        sys.exit(f"There is no service named {name} with migrations.")
    if not url:
        sys.exit(f"Set PICTOR_DATABASE_URL to the database of {name}.")
    try:
        asyncio.run(migrate(name, url, down_to=chosen.down_to))
    except CommandError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    _main()
