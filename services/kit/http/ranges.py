"""Bytes over HTTP: strong ETag, 304, and a single Range (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import AsyncIterator, Callable, Mapping

from fastapi import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from services.kit.http.etags import not_modified
from services.kit.http.problems import RangeNotSatisfiable

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
Chunk = str | bytes | memoryview
"""As Starlette has it; our readers give bytes."""
Reader = Callable[[int, int], AsyncIterator[bytes]]
"""Called with the first byte's offset and the number of bytes."""


def bytes_response(
    request: Request, *, read: Reader, size: int, etag: str, media_type: str, headers: Mapping[str, str]
) -> Response:
    """Answer with the whole or the asked part of `size` bytes. Several ranges at once get the whole (200)."""
    common = {**headers, "etag": etag, "accept-ranges": "bytes"}
    if not_modified(request, etag):
        return Response(status_code=304, headers=common)
    part = _wanted_part(request, size, etag)
    if part is None:
        start, length, status = 0, size, 200
    else:
        (start, length), status = part, 206
        common["content-range"] = f"bytes {start}-{start + length - 1}/{size}"
    common["content-length"] = str(length)
    return _PromptResponse(read(start, length), status_code=status, media_type=media_type, headers=common)


class _PromptResponse(StreamingResponse):
    """Begins once its first bytes are there: where they are not, the answer is a problem and no torn 200."""

    async def stream_response(self, send: Send) -> None:
        chunks = aiter(self.body_iterator)
        self.body_iterator = _rejoined(await anext(chunks, b""), chunks)
        await super().stream_response(send)


async def _rejoined(first: Chunk, rest: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
    yield first
    async for chunk in rest:
        yield chunk


def _wanted_part(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if asked is None or request.headers.get("if-range", etag) != etag:
        return None
    first, last = asked.groups()
    if not first and not last:
        return None
    if not first:
        start, end = max(size - int(last), 0), size - 1
        satisfiable = int(last) > 0
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < int(first):
            return None
        satisfiable = start < size
    if not satisfiable or size == 0:
        raise RangeNotSatisfiable(f"The content has {size} bytes.", headers={"content-range": f"bytes */{size}"})
    return start, end - start + 1
