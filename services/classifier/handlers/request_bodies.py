"""Takes request bodies in: the kit bounds them in size and time; nothing is left on disk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from services.kit.image_problems import IMAGE_TYPES, NotAnImageType
from services.kit.problems import UnprocessableContent
from services.kit.uploads import (
    MULTIPART,
    BodyIncomplete,
    content_type,
    in_time,
    nameless_file,
    received_body,
    received_form,
    received_part,
)

IMAGE_LIMIT = 25 * 1024 * 1024


async def whole_body(request: Request) -> bytes:
    """Give the body, which may be empty. Raises BodyTooSlow and BodyIncomplete."""
    try:
        return await in_time(request).body()
    except ClientDisconnect as error:
        raise BodyIncomplete from error


@asynccontextmanager
async def received_image(request: Request) -> AsyncIterator[Path]:
    """The image of a raw body, or of the part `file` of a multipart one, as a file for the length of the block.

    Raises NotAnImageType, UnprocessableContent (no part `file`), and what kit.uploads raises.
    """
    kind = content_type(request)
    with nameless_file() as path:
        if kind in IMAGE_TYPES:
            yield (await received_body(request, path, limit=IMAGE_LIMIT)).path
        elif kind == MULTIPART:
            async with received_form(request, max_files=1, max_fields=0) as form:
                part = form.get("file")
                if not isinstance(part, UploadFile):
                    raise UnprocessableContent("The form has no file in a part named `file`.")
                yield (await received_part(part, path, limit=IMAGE_LIMIT)).path
        else:
            raise NotAnImageType(f"Send the image as {', '.join(IMAGE_TYPES)}, or as {MULTIPART}, not {kind!r}.")
