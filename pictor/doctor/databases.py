"""The three databases: reached, of the schema that this code wants, with the same pepper and the same time."""

import json
import os
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from alembic.script import ScriptDirectory

from pictor.doctor.findings import Finding, fail, ok, warn
from pictor.stack.settings import StackSettings
from services.gateway.accounts.credentials import Pepper
from services.kit.migrate import migrations_folder

SERVICES = ("gateway", "catalog", "similarity")
TIMEOUT_S = 5
SKEW_S = 30.0
"""Tokens between services are good for 60 s."""
CANNOT = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError)


async def databases(urls: Mapping[str, str], pepper: str | None) -> AsyncIterator[Finding]:
    """Look at each of the three, at addresses as SQLAlchemy has them."""
    for service in SERVICES:
        name = f"database of {service}"
        try:
            connection = await asyncpg.connect(
                urls[service].replace("postgresql+asyncpg:", "postgresql:"), timeout=TIMEOUT_S
            )
        except CANNOT as error:
            step = "See that PostgreSQL runs, and that address and password are right."
            yield fail(name, f"cannot be reached: {_shown(error)}", step)
            continue
        try:
            async for finding in _one(name, service, connection, pepper if service == "gateway" else None):
                yield finding
        finally:
            await connection.close()


async def _one(name: str, service: str, connection: asyncpg.Connection, pepper: str | None) -> AsyncIterator[Finding]:
    script = ScriptDirectory(str(migrations_folder(service)))
    wanted, known = script.get_current_head(), {revision.revision for revision in script.walk_revisions()}
    has = await connection.fetchval("SELECT to_regclass('public.alembic_version') IS NOT NULL")
    found = await connection.fetchval("SELECT version_num FROM alembic_version") if has else None
    if found == wanted:
        yield ok(name, f"reached, at migration {found}")
    elif found is None or found in known:
        step = f"`pictor up` does that; elsewhere run python -m services.kit.migrate {service}."
        yield fail(name, f"is at migration {found}, and this version wants {wanted}", step)
    else:
        said = f"is at migration {found}, which is newer than this version (it wants {wanted})"
        yield fail(name, said, "Install the newer version; or see docs/deploy/upgrade.md on going back.")
    skew_s = abs((await connection.fetchval("SELECT now()") - datetime.now(UTC)).total_seconds())
    if skew_s > SKEW_S:
        yield fail(name, f"its clock and this one differ by {skew_s:,.0f} s", "Set both clocks by NTP.")
    if pepper is not None and await connection.fetchval("SELECT to_regclass('public.secret_checks') IS NOT NULL"):
        kept = await connection.fetchval("SELECT digest FROM secret_checks WHERE name = 'key_pepper'")
        if kept is not None and kept != Pepper(pepper).check:
            said = "the pepper is not the one that the keys of this library were made with"
            yield fail("secrets", said, "Put the old one back; docs/deploy/secrets.md says how it is changed.")


def embedded_server(settings: StackSettings) -> Finding:
    """Of a data folder on which nothing runs: whether there is a database, of a version that can be served."""
    file = settings.postgres / "PG_VERSION"
    if not settings.postgres.exists():
        return ok("database", "none yet: the first start makes it")
    try:
        version = file.read_text().strip()
    except OSError:
        step = "Restore a backup into an empty folder (docs/backup.md)."
        return fail("database", f"{settings.postgres} is not a whole PostgreSQL folder", step)
    if version != "18":
        return fail(
            "database", f"{settings.postgres} is of PostgreSQL {version}, not 18", "See docs/deploy/upgrade.md."
        )
    step = "Start the stack (`pictor up`) and ask again to have its schema looked at."
    return warn("database", "there is one, and it does not run", step)


def pepper_of(settings: StackSettings, *, embedded: bool) -> str | None:
    """Give the pepper of the data folder, or of the environment; None where it cannot be had."""
    if not embedded:
        return os.environ.get("PICTOR_KEY_PEPPER")
    try:
        return str(json.loads(Path(settings.secrets).read_text(encoding="utf-8"))["key_pepper"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _shown(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
