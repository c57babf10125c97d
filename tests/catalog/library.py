"""A small library to search in: ada's and bob's images, labelled by a worker with the fake classifier."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import RunningCatalog, running_catalog, working
from tests.catalog.fakes import running_fakes
from tests.catalog.pictures import a_picture


@dataclass
class Library:
    """The catalog, the images by title, and ada's collection of animals."""

    catalog: RunningCatalog
    images: dict[str, dict[str, Any]]
    animals: str

    async def titles(self, *, by: int = 1, **wanted: Any) -> list[str]:
        return [image["title"] for image in await self.catalog.listed(by=by, **wanted)]


@asynccontextmanager
async def a_library(postgres: TestPostgres, folder: Path) -> AsyncIterator[Library]:
    """Oldest first: Rex, Tom, Jumbo, Breakfast of ada; Bob's dog (public) and Secret (private) of bob."""
    async with running_catalog(postgres, folder) as catalog:
        sent = [
            (a_picture("red", taken="2020:05:01 10:00:00"), 1, {"title": "Rex", "tags": ["beach", "pet"]}),
            (
                a_picture("green", taken="2021:06:01 10:00:00"),
                1,
                {"title": "Tom", "description": "asleep on the sofa", "tags": ["pet"], "visibility": "public"},
            ),
            (a_picture("blue", size=(200, 100)), 1, {"title": "Jumbo", "tags": ["zoo", "100%"]}),
            (a_picture("yellow", size=(48, 120)), 1, {"title": "Breakfast", "tags": ["food"]}),
            (a_picture("red"), 2, {"title": "Bob's dog", "tags": ["pet", "bobs"], "visibility": "public"}),
            (a_picture("green"), 2, {"title": "Secret", "tags": ["pet", "secret"]}),
        ]
        images = {}
        for data, owner, said in sent:
            image = await catalog.upload(data, by=owner, **said)
            images[image["title"]] = image
        async with running_fakes() as fakes, working(catalog, fakes):
            await catalog.until_idle()
        made = await catalog.client.post("/v1/collections", json={"name": "Animals"})
        library = Library(catalog, images, made.json()["id"])
        for title in ("Rex", "Tom", "Jumbo"):
            await catalog.client.put(f"/v1/collections/{library.animals}/images/{images[title]['id']}")
        for title in ("Rex", "Bob's dog"):
            await catalog.client.put(f"/v1/collections/favorites/images/{images[title]['id']}")
        await catalog.bob.put(f"/v1/collections/favorites/images/{images['Secret']['id']}")
        yield library
