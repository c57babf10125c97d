"""A library from before word search has closures and counts once it is migrated."""

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from services.catalog.main import MIGRATIONS
from services.kit.migrate import migrate
from tests.catalog.factories import RunningCatalog
from tests.catalog.words_walk import LABELS, Walk


def back_to_the_first(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.downgrade(config, "0001")


async def told(catalog: RunningCatalog) -> list[Any]:
    paths = [
        "/v1/labels?limit=500",
        "/v1/labels/n02084071",
        "/v1/images?label=dog&include=facets",
        "/v1/labels?prefix=do",
    ]
    return [(await catalog.user(user).get(path)).json() for path in paths for user in (1, 2, 3)]


async def test_a_library_from_before_is_found_and_counted_as_a_new_one(catalog: RunningCatalog) -> None:
    walk = Walk(catalog, 7)
    for number in range(8):
        image_id = await walk.upload()
        await walk.put_labels(image_id, {LABELS[number % 6]: 0.5}, [LABELS[(number + 1) % 6]])
    await walk.delete()
    await catalog.rows("UPDATE images SET trashed_until = NULL")  # the trash is newer: see test_trash_migration.py
    before = await told(catalog)
    assert before[0]["items"]
    database = catalog.app.state.database
    async with database.engine.connect() as connection:
        await connection.run_sync(back_to_the_first)
        await connection.commit()
    await migrate("catalog", catalog.settings.database_url.get_secret_value())
    await database.engine.dispose()  # its connections know statements of before
    assert await told(catalog) == before
    await walk.compact()
    assert await told(catalog) == before
