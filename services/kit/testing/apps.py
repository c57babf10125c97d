"""A service's app in process: its lifespan run, requests sent as the gateway or another service would send them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
from fastapi import FastAPI

from services.kit.http.internal_auth import InternalTokens
from services.kit.principal import Principal, service_principal

TEST_SECRET = "a secret for tests alone, of no worth"  # noqa: S105 - says what it is
ALL_SCOPES = frozenset({"images:read", "images:write", "classify", "account", "admin"})


def a_user(number: int = 1, *, name: str | None = None) -> Principal:
    """Make a user principal; the same number is the same user."""
    return Principal(user_id=UUID(int=number), name=name or f"user-{number}", scopes=ALL_SCOPES)


class TokenAuth(httpx.Auth):
    """Sends the internal token of one principal."""

    def __init__(self, audience: str, principal: Principal) -> None:
        self._tokens = InternalTokens(TEST_SECRET, "gateway")
        self._audience, self._principal = audience, principal

    def auth_flow(self, request: httpx.Request):  # type: ignore[no-untyped-def]  # noqa: ANN201 - httpx's protocol
        request.headers["authorization"] = f"Bearer {self._tokens.mint(self._audience, self._principal)}"
        yield request


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[FastAPI]:
    """Run the app's lifespan around the block."""
    async with app.router.lifespan_context(app):
        yield app


def client_of(app: FastAPI, audience: str, principal: Principal | None = None) -> httpx.AsyncClient:
    """Give a client that speaks as `principal` (a service when None) to the app in process."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://test",
        auth=TokenAuth(audience, principal or service_principal("test")),
    )
