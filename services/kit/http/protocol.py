"""What uvicorn answers by itself, before there is a request for any app: as problem documents too.

For `uvicorn --http services.kit.http.protocol:ProblemProtocol`.
"""

import asyncio
import logging
import sys
from http import HTTPStatus

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from services.kit import context
from services.kit.http.problems import problem_response

logger = logging.getLogger("pictor.protocol")
MAX_HEAD = 64 * 1024
"""Bytes of a request's line and headers, of what follows a chunk's length, or of trailers. uvicorn has no bound."""
LINGER_S = 1.0
"""Closing at once on bytes that are not read resets the connection, and the caller would not see the answer."""


class ProblemProtocol(HttpToolsProtocol):
    """Refuses what is no HTTP/1.1 with 400, and an endless head with 431; then the connection is closed."""

    _idle_bytes = 0
    _in_head = True
    _refused = False

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._idle_bytes += len(data)
        super().data_received(data)
        if self._idle_bytes > MAX_HEAD and not self._refused:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "headers_too_large",
                f"The headers are longer than {MAX_HEAD} bytes.",
            )

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._stopping = asyncio.Event()

    def shutdown(self) -> None:
        """Tell what lasts that the server stops; services.kit.streams.answers listens."""
        self._stopping.set()
        super().shutdown()

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # not a trailer, which would be added to headers that are judged already
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._idle_bytes = 0
        self._in_head = False
        super().on_headers_complete()
        self.scope.setdefault("state", {})["stopping"] = self._stopping

    def on_body(self, body: bytes) -> None:
        self._idle_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._idle_bytes = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        error = sys.exception()
        # Of our own callbacks' errors the text is about us.
        why = str(error) if isinstance(error, httptools.HttpParserError) else msg
        if isinstance(error, httptools.HttpParserCallbackError):
            why = "the target is not a path"
        self._refuse(
            HTTPStatus.BAD_REQUEST, "malformed_request", f"This is not a valid HTTP request: {why.rstrip('.')}."
        )

    def _refuse(self, status: HTTPStatus, code: str, detail: str) -> None:
        """Answer in the place of the app, unless the app has begun to, or has the whole request that came before."""
        self._refused = True
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            cycle.keep_alive = False  # the connection closes behind that request's answer
            return
        if cycle is not None and not cycle.response_complete and cycle.response_started:
            self.transport.close()
            return
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True  # for the app, whose answer nobody would read
            cycle.message_event.set()
        self.transport.write(self._answer(status, code, detail))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_S, self.transport.close)

    def _answer(self, status: HTTPStatus, code: str, detail: str) -> bytes:
        request_id = context.accept_request_id(None)
        token = context.request_id.set(request_id)
        try:
            problem = problem_response("/", status=status, code=code, detail=detail)
        finally:
            context.request_id.reset(token)
        logger.info("A request was refused as it came: %s (%s)", detail, request_id)
        headers = [*self.server_state.default_headers, *problem.raw_headers]
        headers += [(b"x-request-id", request_id.encode()), (b"connection", b"close")]
        lines = b"".join(b"%s: %s\r\n" % header for header in headers)
        return STATUS_LINE[status] + lines + b"\r\n" + bytes(problem.body)
