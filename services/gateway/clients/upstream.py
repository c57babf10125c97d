"""One inner service as the proxy reaches it: a bounded pool, bounded waits, the target's bytes untouched."""

import httpx

from services.gateway.services.body import RequestBody
from services.gateway.services.headers import RawHeaders
from services.kit.clients import CONNECT_TIMEOUT_S

MAX_CONNECTIONS = 100
POOL_WAIT_S = 2.0
# Below the 5 s after which uvicorn closes an idle connection: else a request could meet the closing one.
KEEPALIVE_S = 4.0


class Upstream:
    """Speaks to one base URL. Uses the transport beneath httpx's client: that one would keep cookies between users,
    follow environment proxies, and normalise the path."""

    def __init__(self, name: str, base_url: str, *, silence_s: float) -> None:
        self.name = name
        self._url = httpx.URL(base_url)
        self._host = self._url.netloc
        self._timeouts = httpx.Timeout(silence_s, connect=CONNECT_TIMEOUT_S, pool=POOL_WAIT_S).as_dict()
        self._transport = httpx.AsyncHTTPTransport(
            trust_env=False,
            limits=httpx.Limits(
                max_connections=MAX_CONNECTIONS,
                max_keepalive_connections=MAX_CONNECTIONS,
                keepalive_expiry=KEEPALIVE_S,
            ),
        )

    async def send(self, method: str, target: bytes, *, headers: RawHeaders, body: RequestBody) -> httpx.Response:
        """Send a request and return the answer's head; the caller iterates `.stream` and closes it.

        `target` is the raw path with the query. Raises httpx's transport errors and what reading the body raises.
        """
        framing: RawHeaders = []
        if body.declared is not None:
            framing = [(b"content-length", str(body.declared).encode())]
        elif body.present:
            framing = [(b"transfer-encoding", b"chunked")]
        request = httpx.Request(
            method,
            self._url,
            headers=[(b"host", self._host), *headers, *framing],
            stream=body,
            extensions={"timeout": self._timeouts, "target": target},
        )
        return await self._transport.handle_async_request(request)

    async def close(self) -> None:
        await self._transport.aclose()
