"""HTTP clients that try again what may be tried again, and raise what was refused."""

import random
import time
from dataclasses import dataclass
from itertools import count
from typing import Any

import anyio
import httpx

from pictor_client.errors import Refused, Unreachable, refusal, retry_after

_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
_READING_POSTS = ("/v1/images:check", "/v1/classify", "/v1/search/similar", "/v1/spaces:compare")
_NOTHING_WAS_DONE = frozenset({429, 503})
_MAYBE_DONE = frozenset({502, 504})
_IN_FLIGHT = "idempotency_in_flight"


@dataclass(frozen=True)
class RetryPolicy:
    """At most `attempts` sends of one request. What changes something and has no Idempotency-Key is sent again only
    where the server cannot have begun with it."""

    attempts: int = 4
    first_wait_s: float = 0.5
    max_wait_s: float = 30

    def after_failure(self, request: httpx.Request, error: httpx.TransportError, attempt: int) -> float | None:
        """Seconds to wait before the next attempt; None: give up."""
        unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        return self._wait(attempt) if unsent or _repeatable(request) else None

    def after_answer(self, response: httpx.Response, refused: Refused, attempt: int) -> float | None:
        again = response.status_code in _NOTHING_WAS_DONE or refused.code == _IN_FLIGHT
        again = again or (response.status_code in _MAYBE_DONE and _repeatable(response.request))
        asked = retry_after(response) or 0
        wait = self._wait(attempt) if again and asked <= self.max_wait_s else None
        return None if wait is None else max(wait, asked)

    def _wait(self, attempt: int) -> float | None:
        if attempt >= self.attempts:
            return None
        longest = min(self.first_wait_s * 2.0 ** (attempt - 1), self.max_wait_s)
        return longest * random.uniform(0.5, 1)  # noqa: S311 - so that many clients do not come at once


def _repeatable(request: httpx.Request) -> bool:
    reads = request.method == "POST" and any(part in request.url.path for part in _READING_POSTS)
    return request.method in _REPEATABLE or reads or "idempotency-key" in request.headers


class RetryingClient(httpx.Client):
    """Raises Unreachable and Refused, never httpx's errors nor an answer of 4xx or 5xx."""

    def __init__(self, *, policy: RetryPolicy, **options: Any) -> None:
        super().__init__(**options)
        self._policy = policy

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        for attempt in count(1):
            try:
                response = super().send(request, **options)
                if not response.is_error:
                    return response
                response.read()
            except httpx.TransportError as error:
                wait = self._policy.after_failure(request, error, attempt)
                if wait is None:
                    raise Unreachable(_said(request, error)) from error
            else:
                response.close()
                refused = refusal(response)
                wait = self._policy.after_answer(response, refused, attempt)
                if wait is None:
                    raise refused
            time.sleep(wait)
        raise AssertionError  # the policy ends every count


class AsyncRetryingClient(httpx.AsyncClient):
    """The same for asyncio."""

    def __init__(self, *, policy: RetryPolicy, **options: Any) -> None:
        super().__init__(**options)
        self._policy = policy

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        for attempt in count(1):
            try:
                response = await super().send(request, **options)
                if not response.is_error:
                    return response
                await response.aread()
            except httpx.TransportError as error:
                wait = self._policy.after_failure(request, error, attempt)
                if wait is None:
                    raise Unreachable(_said(request, error)) from error
            else:
                await response.aclose()
                refused = refusal(response)
                wait = self._policy.after_answer(response, refused, attempt)
                if wait is None:
                    raise refused
            await anyio.sleep(wait)
        raise AssertionError  # the policy ends every count


def _said(request: httpx.Request, error: httpx.TransportError) -> str:
    where = f"{request.url.scheme}://{request.url.netloc.decode()}"
    return f"{where} gives no answer: {error or type(error).__name__}"
