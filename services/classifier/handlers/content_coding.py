"""Bodies that are gzip or deflate, in both directions: clients of the Open Inference Protocol send and ask for them."""

import asyncio
import gzip
import zlib

from fastapi import Request, Response
from starlette.types import Message

from services.kit.http.limits import in_words
from services.kit.http.problems import BadRequest, ContentTooLarge, UnsupportedMediaType

# zlib's window bits: 31 is a gzip file, 15 is zlib's own format, which HTTP calls deflate.
CODINGS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
WORTH_IT = 1024
"""Shorter answers are sent as they are."""
LEVEL = 1
"""More work gains little: eight answers as JSON, 0.4 MB, become 43 % of that in 12 ms; at level 6 40 % in 81 ms."""


class CompressedBodyInvalid(BadRequest):
    """The body is not what its Content-Encoding says."""

    code = "invalid_content_encoding"


def unpacked(request: Request) -> Request:
    """Give the request with its body unpacked. Raises UnsupportedMediaType for another coding than gzip and deflate.

    Reading it raises ContentTooLarge beyond the largest body of the service, and CompressedBodyInvalid.
    """
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding in {"", "identity"}:
        return request
    if coding not in CODINGS:
        error = UnsupportedMediaType(f"The Content-Encoding {coding!r} is not taken: send gzip, deflate or none.")
        error.headers["accept-encoding"] = "gzip, deflate"
        raise error
    unpacking = _Unpacking(coding, limit=request.app.state.body_limit)

    async def receive() -> Message:
        message = await request.receive()
        if message["type"] != "http.request":
            return message
        return {**message, "body": unpacking.feed(message.get("body", b""), last=not message.get("more_body", False))}

    return Request(request.scope, receive)


class _Unpacking:
    """Unpacks piece by piece; no more is ever in memory than may come out in all."""

    def __init__(self, coding: str, *, limit: int) -> None:
        self._coding, self._limit = coding, limit
        self._room = limit
        self._decoder = zlib.decompressobj(CODINGS[coding])

    def feed(self, data: bytes, *, last: bool) -> bytes:
        found = bytearray()
        try:
            while data:
                if self._decoder.eof:  # gzip files may follow one another
                    self._decoder = zlib.decompressobj(CODINGS[self._coding])
                found += self._decoder.decompress(data, self._room + 1 - len(found))
                if len(found) > self._room:
                    raise ContentTooLarge(f"The unpacked body may have {in_words(self._limit)} at the most.")
                data = self._decoder.unconsumed_tail or self._decoder.unused_data
        except zlib.error as error:
            raise CompressedBodyInvalid(f"The body is not {self._coding}, as its Content-Encoding says.") from error
        if last and not self._decoder.eof:
            raise CompressedBodyInvalid(f"The body ends before its {self._coding} data do.")
        self._room -= len(found)
        return bytes(found)


async def packed(request: Request, body: bytes, headers: dict[str, str]) -> Response:
    """Answer with `body`, in the coding that the client likes best, where it asked for one."""
    headers = {**headers, "vary": "accept-encoding"}
    coding = _wanted(request.headers.get("accept-encoding", ""))
    if coding is None or len(body) < WORTH_IT:
        return Response(body, headers=headers)
    pack = gzip.compress if coding == "gzip" else zlib.compress
    smaller = await asyncio.to_thread(pack, body, LEVEL)
    return Response(smaller, headers={**headers, "content-encoding": coding})


def _wanted(accepted: str) -> str | None:
    """Of gzip and deflate the one with the higher q-value; None where neither is asked for, or none is liked better."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        said = next((value for value in parameters if value.startswith("q=")), "q=1")
        try:
            weights[name] = float(said.removeprefix("q="))
        except ValueError:
            weights[name] = 0
    coding = max(("gzip", "deflate"), key=lambda name: weights.get(name, 0))
    return coding if weights.get(coding, 0) > 0 and weights[coding] >= weights.get("identity", 0) else None
