"""Arranging: a running catalog of its own database and folder, people who speak to it, and workers that work for it."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from services.catalog.config import Settings
from services.catalog.main import create_app
from services.catalog.worker import work
from services.kit.testing.apps import TEST_SECRET, a_user, client_of, running
from services.kit.testing.postgres import TestPostgres
from services.vision.decoding import ModelInput
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.serving import eventually

MODEL_INPUT = ModelInput(299)
"""What the FAKE classifier wants to see."""
NOBODY = "http://127.0.0.1:9"
NAMES = {1: "ada", 2: "bob", 3: "eve"}
JPEG = {"content-type": "image/jpeg"}
NOTHING = {"images": 0, "jobs": 0, "keys": 0, "objects": 0, "temporary": 0}


@dataclass
class RunningCatalog:
    """A catalog in process. `client` is ada; `bob` and `eve` are others; `service` is another service."""

    app: FastAPI
    settings: Settings
    stack: AsyncExitStack
    clients: dict[int, httpx.AsyncClient] = field(default_factory=dict)

    def user(self, number: int) -> httpx.AsyncClient:
        """Give a client that speaks as one user; the same number is the same user."""
        if number not in self.clients:
            principal = a_user(number, name=NAMES.get(number)) if number else None
            self.clients[number] = client_of(self.app, "catalog", principal)
        return self.clients[number]

    @property
    def client(self) -> httpx.AsyncClient:
        return self.user(1)

    @property
    def bob(self) -> httpx.AsyncClient:
        return self.user(2)

    @property
    def service(self) -> httpx.AsyncClient:
        return self.user(0)

    async def upload(self, data: bytes | None = None, *, by: int = 1, **said: Any) -> dict[str, Any]:
        """Send an image as ada (or user `by`) and give what the catalog made of it."""
        answer = await self.user(by).post(
            "/v1/images", params=said, content=a_picture() if data is None else data, headers=JPEG
        )
        assert answer.status_code == 201, answer.text
        image: dict[str, Any] = answer.json()
        assert [image.pop(name) for name in ("duplicate", "mended", "restored")] == [False] * 3
        return image

    async def image(self, image_id: str, *, by: int = 1) -> dict[str, Any]:
        answer = await self.user(by).get(f"/v1/images/{image_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def listed(self, *, by: int = 1, **wanted: Any) -> list[dict[str, Any]]:
        """Give the first page of the images that fit."""
        answer = await self.user(by).get("/v1/images", params=wanted)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        async with self.app.state.database.engine.begin() as connection:
            result = await connection.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    def objects(self) -> list[str]:
        """Name every file in the store's folder, those under way included."""
        folder = self.settings.store_folder
        assert folder is not None
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    async def contents(self) -> dict[str, int]:
        """Count what the catalog keeps, and what it left in the folder for temporary files."""
        tables = {"images": "images", "jobs": "jobs", "keys": "idempotency_keys"}
        counts = {name: (await self.rows(f"SELECT count(*) FROM {table}"))[0][0] for name, table in tables.items()}  # noqa: S608 - our own names
        return {**counts, "objects": len(self.objects()), "temporary": len(temporary_files())}

    async def until(self, image_id: str, state: str, *, within_s: float = 60) -> dict[str, Any]:
        """Wait until the image is in the state, and give it."""

        async def reached() -> dict[str, Any] | None:
            image = await self.image(image_id)
            return image if image["state"] == state else None

        return await eventually(reached, within_s=within_s)  # type: ignore[return-value]

    async def until_idle(self, *, within_s: float = 60) -> None:
        """Wait until no job is left but those for later."""

        async def idle() -> bool:
            return not await self.rows("SELECT 1 FROM jobs WHERE state <> 'parked' AND run_after <= now()")

        await eventually(idle, within_s=within_s)

    async def until_tried(self, image_id: str) -> None:
        """Wait until no worker is at the image."""

        async def rested() -> bool:
            return not await self.rows("SELECT 1 FROM jobs WHERE state = 'leased' AND image_id = :i", i=image_id)

        await eventually(rested)

    async def hurry(self) -> None:
        """Make every job due now: waiting is what the tests cannot afford."""
        await self.rows("UPDATE jobs SET run_after = now() WHERE state = 'queued'")
        await self.rows("NOTIFY pictor_jobs")


def temporary_files() -> list[str]:
    return [str(path) for path in Path(tempfile.gettempdir()).rglob("*")]


@asynccontextmanager
async def running_catalog(
    postgres: TestPostgres, folder: Path, *, ctype: str | None = None, **settings: Any
) -> AsyncIterator[RunningCatalog]:
    """Run a catalog on a fresh database, with its objects below `folder`."""
    url = await postgres.create("catalog", ctype=ctype)
    said = {"classifier_url": NOBODY, "similarity_url": NOBODY, "store_folder": folder / "objects", **settings}
    chosen = Settings(internal_secret=TEST_SECRET, database_url=url, log_level="WARNING", **said)
    try:
        async with AsyncExitStack() as stack:
            handlers = list(logging.root.handlers)
            app = await stack.enter_async_context(running(create_app(chosen)))
            logging.root.handlers[:] = handlers  # the app's writes to where this test's output goes, which ends with it
            catalog = RunningCatalog(app, chosen, stack)
            app.state.catalog.expected_input.current = MODEL_INPUT  # nobody is there who could say it
            yield catalog
            for client in catalog.clients.values():
                await client.aclose()
    finally:
        await postgres.drop(url)


@asynccontextmanager
async def working(catalog: RunningCatalog, fakes: Fakes, *, workers: int = 1, **settings: Any) -> AsyncIterator[None]:
    """Run real workers in process, which ask the fakes, as long as the segment lasts."""
    chosen = catalog.settings.model_copy(update={**fakes.urls, "decoders": 1, **settings})
    stopping = asyncio.Event()
    tasks = [asyncio.create_task(work(chosen, stopping)) for _ in range(workers)]
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*tasks)
