"""What the service needs to start, and what it says of itself."""

import httpx
import pytest

from services.kit.postgres.database import SchemaOutdated
from services.kit.testing.apps import running
from services.kit.testing.postgres import TestPostgres
from services.similarity.config import Settings
from services.similarity.main import create_app
from tests.similarity.stage import Stage
from tests.similarity.test_document import NOWHERE


async def test_it_refuses_a_database_without_its_schema(postgres: TestPostgres) -> None:
    app = create_app(Settings(**{**NOWHERE, "database_url": await postgres.create_empty()}))
    with pytest.raises(SchemaOutdated, match=r"services\.kit\.migrate similarity"):
        async with running(app):
            pass


async def test_it_is_ready_without_catalog_and_model(stage: Stage) -> None:
    stage.classifier.state = "missing"
    answer = await stage.client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "checks": {"database": "ok"}})


async def test_it_is_not_ready_without_its_database() -> None:
    app = create_app(Settings(**NOWHERE))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] != "ok"


async def test_nobody_without_a_token_gets_in(stage: Stage) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(stage.app), base_url="http://test") as stranger:
        for path in ("/internal/spaces", "/v1/images/00000000-0000-0000-0000-000000000001/similar"):
            assert (await stranger.get(path)).status_code == 401
