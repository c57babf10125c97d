"""Arranging: a library with a second model beside the first, and workers that reprocess it quickly."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.catalog.clients import classifiers
from services.catalog.services.operations import backfill as library_walk
from services.catalog.services.operations import retry as backing_off
from services.catalog.services.operations import worker as operation_worker
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import RunningCatalog, running_catalog, working
from tests.catalog.fakes import FakeClassifier, Fakes, running_fakes
from tests.catalog.pictures import a_picture
from tests.catalog.serving import a_free_port, eventually, served

OTHER = "inception_v3-0123456789ab"
HALF = 5


@dataclass
class TwoModels:
    """`second` serves the space OTHER."""

    catalog: RunningCatalog
    fakes: Fakes
    second: FakeClassifier
    candidate_url: str

    def working(self, **settings: Any) -> AbstractAsyncContextManager[None]:
        return working(self.catalog, self.fakes, candidate_url=self.candidate_url, **settings)

    @property
    def filled(self) -> dict[UUID, dict[str, Any]]:
        """What stands in the second space."""
        return self.fakes.similarity.beside.get(OTHER, {})

    async def library(self, count: int) -> list[dict[str, Any]]:
        """Have some images labelled and embedded by the first model."""
        images = [await self.catalog.upload(a_picture(number=number)) for number in range(count)]
        async with self.working():
            await self.catalog.until_idle()
        return images

    async def kept(self, count: int) -> list[dict[str, Any]]:
        """Have some images whose ingest is said to be over, without labels: quicker than a library."""
        images = [await self.catalog.upload(a_picture(number=number)) for number in range(count)]
        await self.catalog.rows("DELETE FROM jobs")
        await self.catalog.rows("UPDATE images SET state = 'ready'")
        return images

    async def begin(self, model: str = "candidate") -> str:
        answer = await self.catalog.client.post("/v1/images:reprocess", json={"model": model})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def halfway(self) -> None:
        """Wait until the second model has done five images; it does no more until `go_on`."""
        await eventually(self._half)

    async def _half(self) -> bool:
        return len(self.filled) == HALF

    def go_on(self) -> None:
        self.second.holds_after = None
        self.second.gate.set()

    async def say(self, operation: str, verb: str) -> None:
        answer = await self.catalog.client.post(f"/v1/operations/{operation}:{verb}")
        assert answer.status_code == 200, answer.text

    async def operation(self, operation: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.catalog.client.get(f"/v1/operations/{operation}")).json()
        return answer

    async def until(self, operation: str, **wanted: Any) -> dict[str, Any]:
        """Wait until the operation says so, and give it."""

        async def reached() -> dict[str, Any] | None:
            found = await self.operation(operation)
            return found if wanted.items() <= found.items() else None

        return await eventually(reached)  # type: ignore[return-value]


@asynccontextmanager
async def two_models(postgres: TestPostgres, folder: Path) -> AsyncIterator[TwoModels]:
    second = FakeClassifier(space=OTHER)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(served(second.app(), a_free_port()))
        fakes = await stack.enter_async_context(running_fakes())
        catalog = await stack.enter_async_context(running_catalog(postgres, folder, candidate_url=url))
        yield TwoModels(catalog, fakes, second, url)
        second.gate.set()


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting, and large libraries, are what the tests cannot afford."""
    for module, name in (
        (operation_worker, "POLL_S"),
        (operation_worker, "BEAT_S"),
        (library_walk, "FOLLOW_S"),
        (classifiers, "KEPT_S"),
        (backing_off, "FIRST_PAUSE_S"),
        (backing_off, "LONGEST_PAUSE_S"),
    ):
        monkeypatch.setattr(module, name, 0.05)
    monkeypatch.setattr(library_walk, "PAGE", 4)


def the_ids(images: list[dict[str, str]]) -> set[UUID]:
    return {UUID(image["id"]) for image in images}
