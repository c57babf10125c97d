"""Receiving files: streamed to a temporary file, bounded in size and in the time between two pieces."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.types import Message

from services.kit.failpoints import failpoint
from services.kit.http.limits import FORM_OVERHEAD, in_words
from services.kit.http.problems import ApiError, BadRequest, ContentTooLarge, Unavailable, UnprocessableContent

CHUNK = 256 * 1024
IDLE_S = 20.0
MULTIPART = "multipart/form-data"


class EmptyBody(UnprocessableContent):
    code = "empty_body"

    def __init__(self) -> None:
        super().__init__("The body is empty: send the bytes of a file.")


class BodyTooSlow(ApiError):
    status, code = 408, "request_timeout"

    def __init__(self) -> None:
        super().__init__("The body stopped coming.")


class BodyIncomplete(BadRequest):
    """The client went away: nobody reads this, but the log line should not blame us."""

    code = "body_incomplete"

    def __init__(self) -> None:
        super().__init__("The connection ended before the body did.")


@dataclass(frozen=True)
class ReceivedFile:
    """A file received whole: where it is, its digest (hex) and its size in bytes."""

    path: Path
    sha256: str
    size: int


def upload_limit(request: Request) -> int:
    """The largest file that the service takes, in bytes, as its settings say."""
    limit: int = request.app.state.upload_limit
    return limit


def content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


@contextmanager
def nameless_file() -> Iterator[Path]:
    """Give the path of a temporary file without a name (Linux): it is gone with the process, however that ends."""
    with TemporaryFile() as file:
        yield Path(f"/proc/self/fd/{file.fileno()}")


async def received_body(request: Request, path: Path, *, limit: int) -> ReceivedFile:
    """Write the whole body to `path`. Raises ContentTooLarge, EmptyBody, BodyTooSlow, BodyIncomplete."""
    try:
        return await _written(in_time(request).stream(), path, limit)
    except ClientDisconnect as error:
        raise BodyIncomplete from error


async def received_part(file: UploadFile, path: Path, *, limit: int) -> ReceivedFile:
    """Write a form's file to `path`. Raises ContentTooLarge, EmptyBody."""
    return await _written(_pieces(file), path, limit)


@asynccontextmanager
async def received_form(request: Request, *, max_files: int, max_fields: int) -> AsyncIterator[FormData]:
    """Give the form for the length of the block. Raises BadRequest, BodyTooSlow, BodyIncomplete."""
    try:
        async with in_time(request).form(
            max_files=max_files, max_fields=max_fields, max_part_size=FORM_OVERHEAD
        ) as form:
            yield form
    except MultiPartException as error:
        raise BadRequest(f"The form cannot be read: {error.message}") from error
    except ClientDisconnect as error:
        raise BodyIncomplete from error


async def _written(pieces: AsyncIterator[bytes], path: Path, limit: int) -> ReceivedFile:
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("wb") as target:
            async for piece in pieces:
                size += len(piece)
                if size > limit:
                    raise ContentTooLarge(f"A file may have {in_words(limit)} at the most.")
                digest.update(piece)
                target.write(piece)
                failpoint("upload.piece")
    except OSError as error:  # on writing, or on closing what was written
        raise Unavailable("There is no room for the file at the moment; try again later.") from error
    if size == 0:
        raise EmptyBody
    return ReceivedFile(path, digest.hexdigest(), size)


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(CHUNK):
        yield piece


def in_time(request: Request) -> Request:
    """Give the request with a bound on the time between two pieces of its body: then BodyTooSlow."""

    async def receive() -> Message:
        try:
            async with asyncio.timeout(IDLE_S):
                return await request.receive()
        except TimeoutError as error:
            raise BodyTooSlow from error

    return Request(request.scope, receive)
