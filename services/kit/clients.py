"""Calls from one service to another: a token, the request's id, a bound on time, and errors mapped once."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from math import ceil
from typing import Any, Protocol

import httpx

from services.kit import context
from services.kit.breaker import Breaker
from services.kit.http.internal_auth import InternalTokens
from services.kit.http.problems import ApiError, Unavailable, UpstreamFailed, UpstreamTimeout
from services.kit.principal import Principal

CONNECT_TIMEOUT_S = 2.0
# Idle connections go before the 5 s after which uvicorn closes them: else a call could meet a closing one.
POOL = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=4)


@cache
def trusted_certificates() -> ssl.SSLContext:
    """Give the authorities that outgoing calls trust, one object a process: reading them takes 15 ms."""
    return httpx.create_ssl_context(trust_env=False)


class ConnectionBroke(UpstreamFailed):
    """The other service went away in the middle: it says nothing of what it was asked."""


class UpstreamRefused(ApiError):
    """The other service answered with a problem of its own: status, code and detail are the other's."""

    def __init__(self, answer: httpx.Response) -> None:
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        super().__init__(str(problem.get("detail", f"An inner service answered {answer.status_code}.")))
        self.status = answer.status_code  # type: ignore[misc]  # an instance's own status, not the class's
        self.code = str(problem.get("code", UpstreamFailed.code))  # type: ignore[misc]
        if "retry-after" in answer.headers:
            self.headers["retry-after"] = answer.headers["retry-after"]


class Service(Protocol):
    """Something that is called as another service; it need not be always the same one."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        principal: Principal,
        json_body: object = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> httpx.Response:
        """See ServiceClient.call."""

    async def close(self) -> None: ...


class ServiceClient:
    """One other service. No retries here: they belong to one layer only, the worker's job queue."""

    def __init__(self, base_url: str, *, audience: str, tokens: InternalTokens, timeout_s: float = 30.0) -> None:
        self._audience = audience
        self._tokens = tokens
        self._breaker = Breaker()
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=httpx.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
            limits=POOL,
            verify=trusted_certificates(),
            trust_env=False,  # HTTP_PROXY is for the world outside; an internal token must not go there
        )

    def headers(self, principal: Principal) -> dict[str, str]:
        return {
            "authorization": f"Bearer {self._tokens.mint(self._audience, principal)}",
            **context.outgoing_headers(),
        }

    async def call(
        self,
        method: str,
        path: str,
        *,
        principal: Principal,
        json_body: object = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> httpx.Response:
        """Send one request; give the answer below 400.

        Raises Unavailable (nobody there, now or at the last calls), UpstreamTimeout, UpstreamFailed (5xx), its kind
        ConnectionBroke, and UpstreamRefused (4xx, and 503, whose problem is worth passing on).
        """
        if not self._breaker.admit():
            again_s = ceil(self._breaker.retry_after_s)
            raise Unavailable(f"The {self._audience} service is not there; try again shortly.", retry_after_s=again_s)
        if json_body is not None:
            content = json.dumps(json_body).encode()
            headers = {"content-type": "application/json", **(headers or {})}
        with mapped_errors(self._audience), watched(self._breaker):
            answer = await self._http.request(
                method,
                path,
                content=content,
                params=params,
                headers={**self.headers(principal), **(headers or {})},
                timeout=httpx.USE_CLIENT_DEFAULT if timeout_s is None else _within(timeout_s),
            )
        if answer.status_code < 400:  # noqa: PLR2004 - HTTP's own border
            return answer
        if answer.status_code < 500 or answer.status_code == Unavailable.status:  # noqa: PLR2004
            raise UpstreamRefused(answer)
        raise UpstreamFailed(f"The {self._audience} service failed ({answer.status_code}).")

    async def close(self) -> None:
        await self._http.aclose()


def _within(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=min(seconds, CONNECT_TIMEOUT_S))


@contextmanager
def watched(breaker: Breaker) -> Iterator[None]:
    """Tell the breaker how a call ended. A pool without a free place says nothing of the other service."""
    try:
        yield
    except httpx.PoolTimeout:
        raise
    except httpx.TransportError:
        breaker.failed()
        raise
    breaker.succeeded()


class mapped_errors:  # noqa: N801 - used like a function
    """Context manager: httpx's errors become ours."""

    def __init__(self, service: str) -> None:
        self.service = service

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: Any) -> None:  # noqa: ANN401
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
            raise Unavailable(f"The {self.service} service is not there; try again shortly.") from error
        if isinstance(error, httpx.TimeoutException):
            raise UpstreamTimeout(f"The {self.service} service took too long.") from error
        if isinstance(error, httpx.TransportError):
            raise ConnectionBroke(f"The connection to the {self.service} service broke.") from error
