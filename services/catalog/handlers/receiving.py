"""Receiving an image: a raw body or a multipart form, and what is said of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from services.catalog.domain import ImageMetadata, Visibility
from services.catalog.schemas.image import Description, FileName, Tags, Title
from services.kit.http.problems import UnprocessableContent
from services.kit.http.uploads import (
    MULTIPART,
    ReceivedFile,
    content_type,
    nameless_file,
    received_body,
    received_form,
    received_part,
)
from services.protocol.image_bodies import require_raw_image


class UploadMetadata(BaseModel):
    """What may be said of an image as it is sent: in the query, or as fields of the form."""

    model_config = ConfigDict(extra="ignore")

    title: Title = Field(default="", description="What it is called.")
    description: Description = Field(default="", description="What is to be said of it, at length.")
    tags: Tags = Field(default_factory=list, description="Repeat for several.")
    visibility: Visibility = Field(default=Visibility.PRIVATE, description="Who may see it.")
    file_name: FileName | None = Field(default=None, description="The name under which the original is downloaded.")


@asynccontextmanager
async def received(
    request: Request, query: UploadMetadata, *, limit: int
) -> AsyncIterator[tuple[ReceivedFile, ImageMetadata]]:
    """Give the upload and what is said of it; the temporary file lives as long as the block.

    Raises NotAnImageType, what kit.uploads raises and, for a form that does not fit, UnprocessableContent.
    """
    kind = content_type(request)
    with nameless_file() as path:
        if kind == MULTIPART:
            async with received_form(request, max_files=1, max_fields=100) as form:
                file = _file_of(form)
                metadata = _metadata_of(form, query, file)
                yield await received_part(file, path, limit=limit), metadata
        else:
            require_raw_image(kind, otherwise=f", or as the part `file` of a {MULTIPART} body")
            yield await received_body(request, path, limit=limit), _plain(query)


def _file_of(form: FormData) -> UploadFile:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise UnprocessableContent("The form wants a part `file` with a file name: the image.")
    return file


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


class ImageUpload(UploadMetadata):
    """An image as a form, with what is said of it."""

    file: bytes = Field(description="The image.", json_schema_extra={"type": "string", "format": "binary"})


FORM_BODY = {
    "description": "The image, and what is said of it.",
    "required": True,
    "content": {MULTIPART: {"schema": {"$ref": f"#/components/schemas/{ImageUpload.__name__}"}}},
}
"""The form in the OpenAPI document; FastAPI cannot describe a body that a handler streams."""
