"""Errors under /v2 as clients of the Open Inference Protocol read them, whoever raised them."""

import json

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kit.http.problems import PROBLEM_MEDIA_TYPE


class ProtocolErrorsMiddleware:
    """Adds the protocol's member `error` to every problem document answered under /v2.

    The outermost middleware, as a refused token or a body too large never come as far as a handler. It stays a problem
    document, which may have further members (RFC 9457, 3.2): Pictor's own services branch on `code`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v2"):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def send_translated(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_problem(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await _send_error(start, body, send)

        await self.app(scope, receive, send_translated)


def _is_problem(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith(PROBLEM_MEDIA_TYPE)


async def _send_error(start: Message, body: bytes, send: Send) -> None:
    problem = json.loads(body)
    translated = json.dumps({"error": problem["detail"], **problem}).encode()
    MutableHeaders(scope=start)["content-length"] = str(len(translated))
    await send(start)
    await send({"type": "http.response.body", "body": translated})
