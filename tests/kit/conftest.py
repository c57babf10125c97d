from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.kit.testing.apps import a_user, client_of, running
from services.kit.testing.postgres import TestPostgres
from tests.kit.things import things_app


@pytest.fixture
async def app(postgres: TestPostgres) -> AsyncIterator[FastAPI]:
    async with running(things_app(await postgres.create_empty())) as app:
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app, "things", a_user(1)) as client:
        yield client
