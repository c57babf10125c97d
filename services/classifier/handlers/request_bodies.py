"""Takes request bodies in: bounded in time here, in size by the kit's middleware, and never left on disk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from services.classifier.services.errors import BodyIncomplete, BodyTooSlow, EmptyBody, NotAnImageType
from services.kit.problems import UnprocessableContent

IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
MULTIPART = "multipart/form-data"
IDLE_S = 20.0


async def received_body(request: Request) -> bytes:
    """The whole body. Raises BodyTooSlow when nothing comes for 20 s, BodyIncomplete when the client goes away."""
    try:
        return await _bounded(request).body()
    except ClientDisconnect as error:
        raise BodyIncomplete from error


@asynccontextmanager
async def received_image(request: Request) -> AsyncIterator[Path]:
    """The image of a raw body, or of the part `file` of a multipart one, as a file for the length of the block.

    The file has no name, so that it is gone with the process, however that ends: the path is that of its descriptor.
    Raises NotAnImageType, EmptyBody, UnprocessableContent (no part `file`), and what `received_body` raises.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if media_type in IMAGE_TYPES:
            with TemporaryFile() as file:
                async for chunk in _bounded(request).stream():
                    file.write(chunk)
                yield _path_of(file)
        elif media_type == MULTIPART:
            async with _bounded(request).form(max_files=1, max_fields=0) as form:
                part = form.get("file")
                if not isinstance(part, UploadFile):
                    raise UnprocessableContent("The form has no file in a part named `file`.")
                part.file.rollover()  # type: ignore[attr-defined]  # Starlette spools parts: this one gets a descriptor
                yield _path_of(part.file)
        else:
            raise NotAnImageType(f"Send the image as {', '.join(IMAGE_TYPES)}, or as {MULTIPART}, not {media_type!r}.")
    except ClientDisconnect as error:
        raise BodyIncomplete from error


def _path_of(file: IO[bytes]) -> Path:
    file.flush()
    if file.tell() == 0 and not file.read(1):
        raise EmptyBody
    return Path(f"/proc/self/fd/{file.fileno()}")


def _bounded(request: Request) -> Request:
    receive: Receive = request.receive

    async def receive_in_time() -> Message:
        try:
            async with asyncio.timeout(IDLE_S):
                return await receive()
        except TimeoutError as error:
            raise BodyTooSlow from error

    return Request(request.scope, receive_in_time)
