"""HEAD, wherever there is GET: the same answer without its content."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OF_GET_ALONE = frozenset({b"range", b"if-range"})  # RFC 9110, section 14.2: ranges are defined for GET


class HeadMiddleware:
    """Asks as GET and ends the answer after its head.

    So its headers are those of GET, whatever makes them. The server then reports a disconnect to who still writes the
    body, which ends the reading of a large file.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        headers = [header for header in scope["headers"] if header[0] not in _OF_GET_ALONE]
        asked = {**scope, "method": "GET", "headers": headers}

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        try:
            await self.app(asked, receive, send_head)
        finally:
            if "route" in asked:  # the name under which the request is counted
                scope["route"] = asked["route"]
