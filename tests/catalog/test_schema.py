"""Models and migrations agree, and nothing starts on a database that stands elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from services.catalog import tables
from services.catalog.config import Settings
from services.catalog.main import create_app
from services.catalog.tables import Base
from services.kit.migrate import migrate
from services.kit.postgres.database import SchemaOutdated
from services.kit.testing.apps import TEST_SECRET, running
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import NOBODY


def differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


async def test_models_and_migrations_agree(postgres: TestPostgres) -> None:
    url = await postgres.create("catalog")
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        assert await connection.run_sync(differences) == []
        await connection.execute(text("ALTER TABLE images DROP COLUMN title"))
        assert await connection.run_sync(differences) != []
    await engine.dispose()
    await postgres.drop(url)


ROUTINES = """
SELECT pg_get_functiondef(p.oid) FROM pg_proc AS p WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
UNION ALL SELECT pg_get_triggerdef(oid, true) || E'\\n' FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"""


async def routines(postgres: TestPostgres, service: str) -> str:
    """The functions and triggers of a migrated database."""
    url = await postgres.create(service)
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = [row[0] for row in await connection.execute(text(ROUTINES))]
    await engine.dispose()
    await postgres.drop(url)
    return "\n".join(found)


async def test_functions_and_triggers_are_those_that_the_code_shows(postgres: TestPostgres) -> None:
    """Migrations make them step by step; what stands in the end is in one file, for people and for this comparison."""
    assert await routines(postgres, "catalog") == Path(tables.__file__).with_name("routines.sql").read_text()
    assert await routines(postgres, "gateway") == await routines(postgres, "similarity") == ""


async def test_migrating_twice_is_the_same_as_once(postgres: TestPostgres) -> None:
    url = await postgres.create("catalog")
    await migrate("catalog", url)
    await postgres.drop(url)


def migrated(service: str, url: str, *more: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "services.kit.migrate", service, *more],
        env={**os.environ, "PICTOR_DATABASE_URL": url}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize("service", ["catalog", "gateway", "similarity"])
async def test_down_to_nothing_and_up_again(postgres: TestPostgres, service: str) -> None:
    url = await postgres.create(service)
    before = await routines(postgres, service)
    assert migrated(service, url, "--down-to", "0001") == (0, "")
    assert migrated(service, url) == (0, "")
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        assert "\n".join([row[0] for row in await connection.execute(text(ROUTINES))]) == before
        if service == "catalog":
            assert await connection.run_sync(differences) == []
    await engine.dispose()
    code, said = migrated(service, url, "--down-to", "9999")
    assert (code, "9999" in said, "Traceback" in said) == (1, True, False)
    await postgres.drop(url)


@pytest.mark.parametrize("statement", ["DROP TABLE alembic_version", "UPDATE alembic_version SET version_num = '0000'"])
async def test_it_does_not_start_on_another_schema(postgres: TestPostgres, tmp_path: Path, statement: str) -> None:
    url = await postgres.create("catalog")
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
    settings = Settings(
        internal_secret=TEST_SECRET,
        database_url=url,
        classifier_url=NOBODY,
        similarity_url=NOBODY,
        store_folder=tmp_path / "objects",
    )
    with pytest.raises(SchemaOutdated, match=r"services\.kit\.migrate catalog"):
        async with running(create_app(settings)):
            pytest.fail("it started")
    await postgres.drop(url)
