"""Passing a request on: streamed both ways, never held in memory, never half an answer that looks whole."""

import asyncio
import logging
from collections.abc import Mapping

import httpx
from starlette.types import Scope, Send

from services.gateway.clients.upstream import Upstream
from services.gateway.proxy.body import ClientGone, RequestBody
from services.gateway.proxy.contracts import Operation
from services.gateway.proxy.headers import REQUEST_DROPPED, RESPONSE_DROPPED, RawHeaders, crossing
from services.gateway.services.model_routing import ModelRouter
from services.kit import context
from services.kit.clients import mapped_errors
from services.kit.http.internal_auth import InternalTokens
from services.kit.http.problems import Unauthenticated, UpstreamFailed
from services.kit.principal import Principal

logger = logging.getLogger("pictor.proxy")
SEND_TIMEOUT_S = 60.0
NO_CLAIMS: RawHeaders = []
SMALL = 64 * 1024
"""Bytes. An answer no larger goes out in one piece: one that dies before its end is then a 502, and no torn 200."""


class Proxy:
    """Sends admitted requests to the service whose contract lists them."""

    def __init__(self, upstreams: Mapping[str, Upstream], tokens: InternalTokens, models: ModelRouter) -> None:
        self._upstreams = upstreams
        self._models = models
        self._tokens = tokens

    async def forward(
        self,
        operation: Operation,
        principal: Principal,
        *,
        scope: Scope,
        body: RequestBody,
        send: Send,
        claims: RawHeaders = NO_CLAIMS,
    ) -> None:
        """Answer with what the service answers; a caller that goes away cancels the call.

        `claims` are headers that say more of the sender. Raises Unavailable, UpstreamTimeout, UpstreamFailed and
        BodyRefused. After the answer has begun, an exception
        means that it cannot be completed: the connection must be broken.
        """
        exchange = asyncio.create_task(
            self._exchange(operation, principal, scope=scope, body=body, send=send, claims=claims)
        )
        gone = asyncio.create_task(body.until_gone())
        try:
            await asyncio.wait({exchange, gone}, return_when=asyncio.FIRST_COMPLETED)
            if exchange.done():
                exchange.result()
        except ClientGone:
            return
        finally:
            exchange.cancel()
            gone.cancel()
            await asyncio.gather(exchange, gone, return_exceptions=True)

    async def _exchange(
        self,
        operation: Operation,
        principal: Principal,
        *,
        scope: Scope,
        body: RequestBody,
        send: Send,
        claims: RawHeaders = NO_CLAIMS,
    ) -> None:
        headers = [*self._headers(operation.service, principal, scope), *claims, *body.framing]
        upstream = self._upstreams[await self._models.upstream(operation.service, scope["query_string"])]
        with mapped_errors(operation.service):
            async with upstream.exchange(operation.method, target_of(scope), headers=headers, body=body) as answer:
                await _pass_on(answer, operation.service, send)

    def _headers(self, service: str, principal: Principal, scope: Scope) -> RawHeaders:
        own = {"authorization": f"Bearer {self._tokens.mint(service, principal)}", **context.outgoing_headers()}
        return [
            *crossing(scope["headers"], REQUEST_DROPPED),
            *((name.encode(), value.encode()) for name, value in own.items()),
        ]


async def _pass_on(answer: httpx.Response, service: str, send: Send) -> None:
    if answer.status_code == Unauthenticated.status:
        # Our token, not the caller's key: the two sides do not share PICTOR_INTERNAL_SECRET, or the clocks differ.
        logger.error("The %s service refused the gateway's token", service)
        raise UpstreamFailed(f"The {service} service does not trust the gateway.")
    headers = crossing(answer.headers.raw, RESPONSE_DROPPED)
    start = {"type": "http.response.start", "status": answer.status_code, "headers": headers}
    if int(answer.headers.get("content-length", SMALL + 1)) <= SMALL:
        whole = b"".join([chunk async for chunk in answer.stream])  # type: ignore[union-attr]  # as below
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await send(start)
            await send({"type": "http.response.body", "body": whole, "more_body": False})
        return
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await send(start)
    async for chunk in answer.stream:  # type: ignore[union-attr]  # an async transport gives an async stream
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def target_of(scope: Scope) -> bytes:
    """The request's target, byte for byte."""
    query: bytes = scope["query_string"]
    path: bytes = scope["raw_path"]
    return path + b"?" + query if query else path
