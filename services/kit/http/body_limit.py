"""The largest body a service takes, refused as a problem document."""

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from services.kit.http.problems import ContentTooLarge, error_response


class BodyLimitMiddleware:
    """Refuses a body over `max_body_size` bytes: at once where its length is declared, else when it has come so far.

    Starlette's own middleware does the second; a declared length it would refuse in plain text.
    """

    def __init__(self, app: ASGIApp, *, max_body_size: int) -> None:
        self.app = RequestBodyLimitMiddleware(app, max_body_size=max_body_size)
        self.max_body_size = max_body_size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            declared = Headers(scope=scope).get("content-length", "")
            if declared.isdecimal() and int(declared) > self.max_body_size:
                error = ContentTooLarge(f"The body may have {self.max_body_size:,} bytes at the most.")
                await error_response(scope["path"], error)(scope, receive, send)
                return
        await self.app(scope, receive, send)
