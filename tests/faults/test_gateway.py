"""The gateway dies once it let somebody in: nothing of the body went on, and after its restart nobody is locked out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from services.kit.testing.apps import TEST_SECRET
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import JPEG
from tests.catalog.pictures import a_picture
from tests.catalog.serving import a_free_port, eventually, served
from tests.faults.processes import Process
from tests.gateway.fakes import fake_service
from tests.gateway.stage import PASSWORD, PEPPER

ADA = {"name": "ada", "password": PASSWORD}
NOBODY = "http://127.0.0.1:9"


@asynccontextmanager
async def gateway_before(catalog: str, database: str, log: Path) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    port = a_free_port()
    environment = {
        "PICTOR_INTERNAL_SECRET": TEST_SECRET,
        "PICTOR_KEY_PEPPER": PEPPER,
        "PICTOR_DATABASE_URL": database,
        "PICTOR_CATALOG_URL": catalog,
        "PICTOR_CLASSIFIER_URL": NOBODY,
        "PICTOR_SIMILARITY_URL": NOBODY,
    }
    serving = ["uvicorn", "--factory", "services.gateway.main:create_app", "--port", str(port)]
    process = Process("gateway", serving, environment, log)
    process.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            yield process, client
    finally:
        await process.close()


async def up(client: httpx.AsyncClient) -> None:
    async def alive() -> bool:
        try:
            return (await client.get("/livez")).status_code == 200
        except httpx.HTTPError:
            return False

    await eventually(alive, within_s=60)


async def test_killed_after_sign_in_and_before_the_body(postgres: TestPostgres, tmp_path: Path) -> None:
    catalog, port, database = fake_service("catalog"), a_free_port(), await postgres.create("gateway")
    async with (
        served(catalog, port) as url,
        gateway_before(url, database, tmp_path / "gateway.log") as (process, client),
    ):
        await up(client)
        assert (await client.post("/v1/users", json=ADA)).status_code == 201
        token = (await client.post("/v1/sessions", json=ADA)).json()["token"]
        headers = {**JPEG, "authorization": f"Bearer {token}", "idempotency-key": "once"}
        process.kill("gateway.admitted")
        await up(client)
        with pytest.raises(httpx.TransportError):
            await client.post("/v1/images", content=a_picture(), headers=headers)
        await up(client)  # started again, without the failpoint
        assert process.deaths == 1
        assert catalog.state.seen == []
        answer = await client.post("/v1/images", content=a_picture(), headers=headers)
        assert (answer.status_code, answer.json()["bytes"]) == (200, len(a_picture()))
        assert [seen["path"] for seen in catalog.state.seen] == ["/v1/images"]
    await postgres.drop(database)
