"""Arranging: a gateway on a real database, before fakes of the inner services."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.types import ASGIApp

from services.gateway.config import Settings
from services.gateway.main import create_app
from services.kit.http.protocol import ProblemProtocol
from services.kit.testing.apps import TEST_SECRET, running
from services.kit.testing.postgres import TestPostgres
from tests.gateway.contracts import write_contracts
from tests.gateway.fakes import fake_service

PEPPER = "a pepper for tests alone, of no worth"
PASSWORD = "correct horse battery staple"


class Server(uvicorn.Server):
    """A real uvicorn that stops when told, where the original looks ten times a second whether it should."""

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(app, log_config=None, lifespan="off", http=ProblemProtocol, proxy_headers=False)
        super().__init__(config)
        self.up, self.stop = asyncio.Event(), asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self.up.set()
        await self.stop.wait()


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """Run the app in a real uvicorn on a free port; give its base URL."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = Server(app)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await server.up.wait()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.force_exit = True
        server.stop.set()
        await task
        listener.close()


@dataclass
class Gateway:
    """A running gateway. `client` speaks to it in process, and signs nothing."""

    app: FastAPI
    url: str
    client: httpx.AsyncClient
    fakes: dict[str, FastAPI] = field(default_factory=dict)

    async def register(self, name: str = "ada") -> dict[str, Any]:
        answer = await self.client.post("/v1/users", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def sign_in(self, name: str = "ada") -> dict[str, str]:
        """Give the headers of a fresh session."""
        answer = await self.client.post("/v1/sessions", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return bearer(answer.json()["token"])

    async def joined(self, name: str = "ada") -> dict[str, str]:
        await self.register(name)
        return await self.sign_in(name)

    async def a_key(self, headers: dict[str, str], *scopes: str, **more: Any) -> dict[str, Any]:
        body = {"name": "test", "scopes": list(scopes), **more}
        answer = await self.client.post("/v1/api-keys", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def settings_of(url: str, contracts: Path, **more: Any) -> Settings:
    nowhere = "http://127.0.0.1:9"
    values = {
        "database_url": url,
        "internal_secret": TEST_SECRET,
        "key_pepper": PEPPER,
        "contracts": contracts,
        "catalog_url": nowhere,
        "classifier_url": nowhere,
        "similarity_url": nowhere,
        "log_level": "ERROR",
        "database_pool": 5,
        "linger_s": 0.05,
        **more,
    }
    return Settings(**values)


@cache
def own_document() -> dict[str, Any]:
    """Build the gateway's own document once for all tests: it depends on no setting, and takes 70 ms."""
    return create_app(settings_of("postgresql+asyncpg://nobody@nowhere/nothing", Path("nowhere"))).openapi()


class Stage:
    """Makes gateways that live until the test ends."""

    def __init__(self, stack: AsyncExitStack, postgres: TestPostgres, folder: Path) -> None:
        self._stack = stack
        self._postgres = postgres
        self._folder = folder

    async def database(self) -> str:
        """Make a database; give its URL, which goes through a link to the server's socket folder that can be cut."""
        url = await self._postgres.create("gateway")
        self._stack.push_async_callback(self._postgres.drop, url)
        front, _, folder = url.partition("?host=")
        link = self._folder / "socket"
        if not link.is_symlink():
            link.symlink_to(unquote(folder))
        return f"{front}?host={quote(str(link), safe='')}"

    async def cut_database(self) -> None:
        """End every connection to the test's databases and let none come back."""
        (self._folder / "socket").unlink()
        engine = create_async_engine(self._postgres.url("postgres"), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_gateway_%'")
            )
        await engine.dispose()

    async def fakes(self, *names: str) -> tuple[dict[str, FastAPI], dict[str, str]]:
        """Serve fakes of inner services; give them, and the settings that point to them."""
        apps, urls = {}, {}
        for name in names:
            apps[name] = fake_service(name)
            urls[f"{name}_url"] = await self._stack.enter_async_context(served(apps[name]))
        return apps, urls

    async def gateway(
        self, *fakes: str, over_http: bool = False, database: str | None = None, **settings: Any
    ) -> Gateway:
        """Start one; `over_http` serves it by uvicorn too."""
        apps, urls = await self.fakes(*fakes)
        url = database or await self.database()
        contracts = settings.pop("contracts", None) or write_contracts(self._folder / "contracts")
        app = create_app(settings_of(url, contracts, **urls, **settings))
        app.openapi_schema = own_document()
        await self._stack.enter_async_context(running(app))
        base = await self._stack.enter_async_context(served(app)) if over_http else "http://test"
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        client = await self._stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://test"))
        return Gateway(app, base, client, apps)
