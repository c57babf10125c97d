"""One inner service as the proxy reaches it: a bounded pool, bounded waits, the target's bytes untouched."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import httpx

from services.kit.breaker import Breaker
from services.kit.clients import CONNECT_TIMEOUT_S, watched

MAX_CONNECTIONS = 100
POOL_WAIT_S = 2.0
# Below the 5 s after which uvicorn closes an idle connection: else a request could meet the closing one.
KEEPALIVE_S = 4.0


class Upstream:
    """Speaks to one base URL. Uses the transport beneath httpx's client: that one would keep cookies between users,
    follow environment proxies, and normalise the path."""

    def __init__(self, name: str, base_url: str, *, silence_s: float, trust: ssl.SSLContext) -> None:
        self.name = name
        self._url = httpx.URL(base_url)
        self._host = self._url.netloc
        self._timeouts = httpx.Timeout(silence_s, connect=CONNECT_TIMEOUT_S, pool=POOL_WAIT_S).as_dict()
        # The transport's own queue looks at every waiting request at every change; this one does not.
        self._places = asyncio.Semaphore(MAX_CONNECTIONS)
        self._breaker = Breaker()
        self._transport = httpx.AsyncHTTPTransport(
            verify=trust,
            trust_env=False,
            limits=httpx.Limits(
                max_connections=MAX_CONNECTIONS,
                max_keepalive_connections=MAX_CONNECTIONS,
                keepalive_expiry=KEEPALIVE_S,
            ),
        )

    @asynccontextmanager
    async def exchange(
        self, method: str, target: bytes, *, headers: list[tuple[bytes, bytes]], body: httpx.AsyncByteStream
    ) -> AsyncIterator[httpx.Response]:
        """Send a request and give the answer's head; its `.stream` is open within the block.

        `target` is the raw path with the query; `headers` say how the body is framed, all but Host. Raises httpx's
        transport errors (PoolTimeout when no place is free for 2 s, ConnectError also while the breaker is open) and
        what reading the body raises.
        """
        if not self._breaker.admit():
            raise httpx.ConnectError(f"{self.name} did not answer the last calls")
        request = httpx.Request(
            method,
            self._url,
            headers=[(b"host", self._host), *headers],
            stream=body,
            extensions={"timeout": self._timeouts, "target": target},
        )
        try:
            async with asyncio.timeout(POOL_WAIT_S):
                await self._places.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout(f"{MAX_CONNECTIONS} requests to {self.name} are under way") from error
        try:
            with watched(self._breaker):
                begun = await self._transport.handle_async_request(request)
            async with aclosing(begun) as answer:
                yield answer
        finally:
            self._places.release()

    async def close(self) -> None:
        await self._transport.aclose()
