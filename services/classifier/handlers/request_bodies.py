"""Takes request bodies in: the kit bounds them in size and time; nothing is left on disk."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from services.classifier.handlers.content_coding import unpacked
from services.kit.http.problems import UnprocessableContent
from services.kit.http.strict import require_known
from services.kit.http.uploads import (
    MULTIPART,
    BodyIncomplete,
    content_type,
    in_time,
    nameless_file,
    received_body,
    received_form,
    received_part,
    upload_limit,
)
from services.protocol.image_bodies import require_raw_image


async def whole_body(
    request: Request, *, head_length: int | None = None, on_head: Callable[[bytes], None] | None = None
) -> bytearray:
    """Give the body, unpacked; it may be empty. Once its first `head_length` bytes are there, `on_head` sees them: what
    it raises ends the reading. Raises BodyTooSlow, BodyIncomplete and what content_coding.unpacked raises."""
    body, seen = bytearray(), on_head is None
    try:
        async for piece in in_time(unpacked(request)).stream():
            body += piece
            if on_head is not None and head_length is not None and not seen and len(body) >= head_length:
                seen = True
                on_head(bytes(body[:head_length]))
    except ClientDisconnect as error:
        raise BodyIncomplete from error
    return body


@asynccontextmanager
async def received_image(request: Request) -> AsyncIterator[Path]:
    """The image of a raw body, or of the part `file` of a multipart one, as a file for the length of the block.

    Raises NotAnImageType, UnprocessableContent (no part `file`), and what kit.uploads and content_coding raise.
    """
    request = unpacked(request)
    kind = content_type(request)
    with nameless_file() as path:
        if kind == MULTIPART:
            async with received_form(request, max_files=1, max_fields=100) as form:
                require_known([name for name, _ in form.multi_items()], {"file": False}, place="", what="form field")
                part = form.get("file")
                if not isinstance(part, UploadFile):
                    raise UnprocessableContent("The form has no file in a part named `file`.")
                yield (await received_part(part, path, limit=upload_limit(request))).path
        else:
            require_raw_image(kind, otherwise=f", or as the part `file` of a {MULTIPART} body")
            yield (await received_body(request, path, limit=upload_limit(request))).path
