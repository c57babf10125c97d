"""A library from before there was a trash, and one that goes back to a version without."""

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from services.catalog.main import MIGRATIONS
from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.test_trash import delete, in_trash, restore


def there_and_back(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.downgrade(config, "0013")
    command.upgrade(config, "head")


async def migrated(catalog: RunningCatalog) -> None:
    async with catalog.app.state.database.engine.connect() as connection:
        await connection.run_sync(there_and_back)
        await connection.commit()


async def test_what_was_deleted_before_stays_deleted(catalog: RunningCatalog) -> None:
    gone, kept = await catalog.upload(), await catalog.upload(a_picture(number=1), tags=["sea"])
    await delete(catalog, gone, permanent="true")
    await migrated(catalog)
    assert await in_trash(catalog) == []
    assert [item["status"] for item in (await restore(catalog, gone["id"]))["items"]] == [404]
    assert await catalog.listed() == [kept]
    await delete(catalog, kept)
    await restore(catalog, kept["id"])
    assert [image["id"] for image in await catalog.listed(tag="sea")] == [kept["id"]]


async def test_nobody_goes_back_while_there_is_something_in_the_trash(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    await delete(catalog, image)
    with pytest.raises(DBAPIError, match="in the trash"):
        await migrated(catalog)
    assert await in_trash(catalog) == [image["id"]]
    await restore(catalog)
    await migrated(catalog)
    assert [one["id"] for one in await catalog.listed()] == [image["id"]]
