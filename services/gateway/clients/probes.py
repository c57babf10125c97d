"""Asking the other services how they are: 2 s each, and no answer is an answer too."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import httpx

from services.kit import context
from services.kit.http.internal_auth import InternalTokens
from services.kit.principal import service_principal

TIMEOUT_S = 2.0


@dataclass(frozen=True)
class Answer:
    """What a service said: whether with a success, and the body as it came."""

    success: bool
    body: bytes


class Probes:
    """Never raises for what another service does or does not: None means that there was no answer."""

    def __init__(self, urls: Mapping[str, str], tokens: InternalTokens, *, trust: ssl.SSLContext) -> None:
        self._urls = urls
        self._tokens = tokens
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=6, keepalive_expiry=4)
        self._http = httpx.AsyncClient(timeout=TIMEOUT_S, limits=limits, verify=trust, trust_env=False)

    async def readiness(self, service: str) -> Answer | None:
        return await self._get(service, "/readyz")

    async def model(self, service: str) -> Answer | None:
        """What `classifier` or `candidate` says of its model."""
        return await self._get(service, "/internal/model")

    async def answering(self) -> Answer | None:
        """Which space answers searches."""
        return await self._get("similarity", "/internal/spaces:answering")

    async def coverage(self, viewer_id: UUID) -> Answer | None:
        return await self._get("catalog", f"/internal/coverage?viewer_id={viewer_id}")

    async def close(self) -> None:
        await self._http.aclose()

    async def _get(self, service: str, path: str) -> Answer | None:
        audience = "classifier" if service == "candidate" else service
        token = self._tokens.mint(audience, service_principal("gateway"))
        headers = {"authorization": f"Bearer {token}", **context.outgoing_headers()}
        try:
            async with asyncio.timeout(TIMEOUT_S):
                answer = await self._http.get(f"{self._urls[service]}{path}", headers=headers)
        except (TimeoutError, httpx.HTTPError):
            return None
        return Answer(answer.is_success, answer.content)
