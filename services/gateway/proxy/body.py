"""A request's body on its way through: counted, bounded in size and in silence, never kept."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus

import httpx
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from services.kit.http.problems import BadRequest, ContentTooLarge


class ClientGone(Exception):
    """The caller closed its connection: there is nobody to answer."""


class BodyRefused(HTTPException):
    """The body runs over its limit (413) or does not arrive (408).

    An exception of Starlette's, because FastAPI turns any other that comes out of reading a body into a 400.
    """

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(status, detail)
        self.code = code


class RequestBody(httpx.AsyncByteStream):
    """Nothing is received before somebody iterates or calls `receive`: that is what lets uvicorn answer
    `Expect: 100-continue`, and what takes bytes off the connection."""

    def __init__(self, scope: Scope, receive: Receive, *, idle_s: float, total_s: float) -> None:
        """Raise BadRequest when the headers frame the body in a way that we do not pass on."""
        headers = Headers(scope=scope)
        self.declared = _content_length(headers)
        coding = headers.get("transfer-encoding")
        if coding is not None and coding.strip().lower() != "chunked":
            raise BadRequest("Send the body with Content-Length, or with Transfer-Encoding: chunked alone.")
        self.present = coding is not None or bool(self.declared)
        self._receive = receive
        self._idle_s = idle_s
        self._total_s = total_s
        self._ends: float | None = None
        self._limit: int | None = None
        self._size = 0
        self._read = asyncio.Event()
        if not self.present:
            self._read.set()

    @property
    def framing(self) -> list[tuple[bytes, bytes]]:
        """The header that says where the body ends, as it came."""
        if self.declared is not None:
            return [(b"content-length", str(self.declared).encode())]
        return [(b"transfer-encoding", b"chunked")] if self.present else []

    @property
    def unread(self) -> bool:
        """Whether a part of the body is still to come."""
        return not self._read.is_set()

    def limit(self, limit: int) -> None:
        """Set the largest size, in bytes. Raises ContentTooLarge when more is declared."""
        self._limit = limit
        if self.declared is not None and self.declared > limit:
            raise ContentTooLarge(f"The body has {self.declared} bytes; {limit} are the most that this path takes.")

    async def receive(self) -> Message:
        """Receive as ASGI has it. Raises BodyRefused."""
        if not self.unread:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        if self._ends is None:
            self._ends = now + self._total_s
        try:
            async with asyncio.timeout_at(min(now + self._idle_s, self._ends)):
                message = await self._receive()
        except TimeoutError as error:
            raise BodyRefused(
                HTTPStatus.REQUEST_TIMEOUT,
                "request_timeout",
                f"The body must not pause for {self._idle_s:g} s, nor take {self._total_s:g} s in all.",
            ) from error
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            if self._limit is not None and self._size > self._limit:
                raise BodyRefused(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    ContentTooLarge.code,
                    f"The body has more than {self._limit} bytes, the most that this path takes.",
                )
            if not message.get("more_body", False):
                self._read.set()
        return message

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body. Raises ClientGone and BodyRefused."""
        while self.unread:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            if chunk := message.get("body", b""):
                yield chunk

    async def until_gone(self) -> None:
        """Return when the caller has closed its connection, once its body is read."""
        await self._read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _content_length(headers: Headers) -> int | None:
    found = headers.getlist("content-length")
    if not found:
        return None
    if len(set(found)) > 1 or not (found[0].isascii() and found[0].isdigit()):
        raise BadRequest("Content-Length is not a number.")
    return int(found[0])
