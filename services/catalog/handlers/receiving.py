"""Receiving an image: a raw body or a multipart form, streamed to a temporary file while hashing."""

import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException

from services.catalog.domain import ImageMetadata, Upload, Visibility
from services.catalog.schema.image import Description, FileName, Tags, Title
from services.catalog.services.errors import EmptyBody, UploadTooLarge
from services.kit.problems import BadRequest, UnprocessableContent, UnsupportedMediaType

CHUNK = 256 * 1024
FORM_OVERHEAD = 64 * 1024
"""Bytes that a form may have beside the file."""
RAW_TYPES = ("image/", "application/octet-stream")


class UploadMetadata(BaseModel):
    """What may be said of an image as it is sent: in the query, or as fields of the form."""

    model_config = ConfigDict(extra="ignore")

    title: Title = ""
    description: Description = ""
    tags: Tags = Field(default=[], description="Repeat for several.")
    visibility: Visibility = Visibility.PRIVATE
    file_name: FileName | None = Field(default=None, description="The name under which the original is downloaded.")


@asynccontextmanager
async def received(
    request: Request, query: UploadMetadata, *, limit: int
) -> AsyncIterator[tuple[Upload, ImageMetadata]]:
    """Give the upload and what is said of it; the temporary file lives as long as the block.

    Raises UnsupportedMediaType, UploadTooLarge, EmptyBody and, for a form that does not fit, UnprocessableContent.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    with tempfile.TemporaryDirectory(prefix="pictor-upload-") as folder:
        path = Path(folder) / "body"
        if kind == "multipart/form-data":
            async with _form(request) as form:
                file = _file_of(form)
                metadata = _metadata_of(form, query, file)
                yield await _spool(_chunks(file), path, limit), metadata
        elif kind.startswith(RAW_TYPES):
            yield await _spool(request.stream(), path, limit), _plain(query)
        else:
            raise UnsupportedMediaType(
                "Send the image as the body with its Content-Type (image/jpeg, image/png, image/webp, image/gif), "
                "or as the part `file` of a multipart/form-data body."
            )


async def _spool(chunks: AsyncIterator[bytes], path: Path, limit: int) -> Upload:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as target:
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise UploadTooLarge(limit)
            digest.update(chunk)
            target.write(chunk)
    if size == 0:
        raise EmptyBody("The body is empty: send the bytes of an image.")
    return Upload(path, digest.hexdigest(), size)


@asynccontextmanager
async def _form(request: Request) -> AsyncIterator[FormData]:
    try:
        async with request.form(max_files=1, max_fields=100, max_part_size=FORM_OVERHEAD) as form:
            yield form
    except MultiPartException as error:
        raise BadRequest(f"The form cannot be read: {error.message}") from error


def _file_of(form: FormData) -> UploadFile:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise UnprocessableContent("The form wants a part `file` with a file name: the image.")
    return file


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(CHUNK):
        yield chunk


def _metadata_of(form: FormData, query: UploadMetadata, file: UploadFile) -> ImageMetadata:
    said: dict[str, Any] = query.model_dump(exclude_unset=True)
    said.setdefault("file_name", Path(file.filename).name if file.filename else None)
    for name in UploadMetadata.model_fields:
        values = [value for value in form.getlist(name) if isinstance(value, str)]
        if values:
            said[name] = values if name == "tags" else values[-1]
    try:
        return _plain(UploadMetadata.model_validate(said))
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


def _plain(metadata: UploadMetadata) -> ImageMetadata:
    return ImageMetadata(
        title=metadata.title,
        description=metadata.description,
        tags=tuple(metadata.tags),
        visibility=metadata.visibility,
        file_name=metadata.file_name or None,
    )


UPLOAD_BODY = {
    "required": True,
    "content": {
        **{
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in ("image/jpeg", "image/png", "image/webp", "image/gif", "application/octet-stream")
        },
        "multipart/form-data": {"schema": {"$ref": "#/components/schemas/ImageUploadForm"}},
    },
}
"""The request body in the OpenAPI document; FastAPI cannot describe a body that a handler streams."""


class ImageUploadForm(UploadMetadata):
    """An image as a form."""

    file: bytes = Field(json_schema_extra={"type": "string", "format": "binary"})
