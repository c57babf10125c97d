"""The models and the migrations agree."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from services.kit.testing.postgres import TestPostgres
from services.similarity.tables import Base


async def test_models_and_migrations_agree(postgres: TestPostgres) -> None:
    engine = create_async_engine(await postgres.create("similarity"))
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), Base.metadata)
        )
    await engine.dispose()
    assert differences == []
