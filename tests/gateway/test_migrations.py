"""The schema."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.gateway.tables import Base
from services.kit.postgres.database import SchemaOutdated
from tests.gateway.stage import Stage


async def test_models_and_migrations_agree(stage: Stage) -> None:
    engine = create_async_engine(await stage.database())
    async with engine.connect() as connection:
        found = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), Base.metadata)
        )
    await engine.dispose()
    assert found == []


async def test_the_gateway_refuses_an_old_schema(stage: Stage) -> None:
    url = await stage.database()
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    await engine.dispose()
    with pytest.raises(SchemaOutdated, match=r"services\.kit\.migrate gateway"):
        await stage.gateway(database=url)
