"""Receiving an image: a raw body or a multipart form, and what is said of it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError, WithJsonSchema
from starlette.datastructures import FormData, UploadFile

from services.catalog.domain import ImageMetadata, OnDuplicate, Visibility
from services.catalog.schemas.image import Description, FileName, Title
from services.catalog.schemas.label import Tags
from services.kit.http.problems import FieldError, UnprocessableContent
from services.kit.http.strict import names_of, require_known
from services.kit.http.uploads import (
    MULTIPART,
    ReceivedFile,
    content_type,
    nameless_file,
    received_body,
    received_form,
    received_part,
)
from services.kit.http.values import TextBoolean
from services.protocol.image_bodies import require_raw_image

FILE = "file"


class UploadMetadata(BaseModel):
    """What may be said of an image as it is sent: in the query, or as fields of the form."""

    title: Title = Field(default="", description="What it is called.")
    description: Description = Field(default="", description="What is to be said of it, at length.")
    tags: Tags = Field(default_factory=list, description="Repeat for several.")
    visibility: Visibility = Field(default=Visibility.PRIVATE, description="Who may see it.")
    file_name: FileName = Field(default="", description="The name under which the original is downloaded.")
    import_keywords: TextBoolean = Field(
        default=False,
        description="Whether the keywords in the file (IPTC, XMP of Lightroom, digiKam and others) become tags.",
    )
    on_duplicate: OnDuplicate = Field(
        default=OnDuplicate.KEEP,
        description="What to do when you have these bytes already. `keep`: leave that image as it is. `update`: change "
        "of it what is said here, and nothing else. `error`: refuse with 409 `duplicate_image`.",
    )


@dataclass(frozen=True)
class Upload:
    """A file, and what is said of it. `given` names what was said, the rest of the metadata are defaults."""

    file: ReceivedFile
    metadata: ImageMetadata
    given: frozenset[str]
    on_duplicate: OnDuplicate

    @property
    def changes(self) -> dict[str, object]:
        """What an image that is there already would get."""
        return {name: getattr(self.metadata, name) for name in self.given - {"on_duplicate", "import_keywords"}}


@asynccontextmanager
async def received(request: Request, query: UploadMetadata, *, limit: int) -> AsyncIterator[Upload]:
    """Give the upload and what is said of it; the temporary file lives as long as the block.

    Raises NotAnImageType, what kit.uploads raises and, for a form that does not fit, UnprocessableContent.
    """
    kind, said = content_type(request), query.model_dump(exclude_unset=True)
    with nameless_file() as path:
        if kind == MULTIPART:
            async with received_form(request, max_files=1, max_fields=100) as form:
                file, said = _file_of(form), _said_in(form, said)
                name = name_in_form(file.filename or "")
                metadata = _valid({"file_name": name, **said})
                yield _upload(await received_part(file, path, limit=limit), metadata, said)
        else:
            require_raw_image(kind, otherwise=f", or as the part `file` of a {MULTIPART} body")
            yield _upload(await received_body(request, path, limit=limit), query, said)


def name_in_form(name: str) -> str:
    """The file's name as it was before a browser put it into a form: the HTML standard has three characters escaped.

    A line break becomes a space. Of a path with slashes the last part is taken.
    """
    return Path(name.replace("%22", '"').replace("%0D", " ").replace("%0A", " ")).name


def _file_of(form: FormData) -> UploadFile:
    require_known(
        [name for name, _ in form.multi_items()],
        {**names_of(UploadMetadata), FILE: False},
        place="",
        what="form field",
    )
    file = form.get(FILE)
    if not isinstance(file, UploadFile):
        raise UnprocessableContent("The form wants a part `file` with a file name: the image.")
    return file


def _said_in(form: FormData, query: dict[str, Any]) -> dict[str, Any]:
    """Give what is said in the form and in the query together. Raises UnprocessableContent for what is said twice."""
    said = {
        name: _listed(form.getlist(name)) if several else form[name]
        for name, several in names_of(UploadMetadata).items()
        if name in form
    }
    if twice := sorted(said.keys() & query.keys()):
        message = f"{twice[0]!r} is in the form and in the query: say it once."
        raise UnprocessableContent(
            message, errors=[FieldError(pointer=f"/{twice[0]}", code="repeated_parameter", message=message)]
        )
    return {**query, **said}


def _listed(values: list[UploadFile | str]) -> list[Any]:
    """Give the values of a field that may be repeated; or the one JSON list that some SDK generators send instead."""
    match values:
        case [str(value)] if value.startswith("["):
            with suppress(ValueError):
                listed = json.loads(value)
                if isinstance(listed, list):
                    return listed
    return list(values)


def _valid(said: dict[str, Any]) -> UploadMetadata:
    try:
        return UploadMetadata.model_validate(said)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


def _upload(file: ReceivedFile, metadata: UploadMetadata, said: dict[str, Any]) -> Upload:
    plain = ImageMetadata(
        title=metadata.title,
        description=metadata.description,
        tags=tuple(metadata.tags),
        visibility=metadata.visibility,
        file_name=metadata.file_name or None,
        import_keywords=metadata.import_keywords,
    )
    return Upload(file, plain, frozenset(said), metadata.on_duplicate)


class ImageUpload(UploadMetadata):
    """An image as a form, with what is said of it."""

    # A form's fields are text: some SDK generators compile no other types in them.
    visibility: Annotated[Visibility, WithJsonSchema({"type": "string", "pattern": "^(public|private)$"})] = Field(
        default=Visibility.PRIVATE, description="Who may see it: `public` or `private`."
    )
    on_duplicate: Annotated[OnDuplicate, WithJsonSchema({"type": "string", "pattern": "^(keep|update|error)$"})] = (
        Field(
            default=OnDuplicate.KEEP,
            description="What to do when you have these bytes already: `keep`, `update` or `error`, as in the query of "
            "`POST /v1/images`.",
        )
    )
    file: bytes = Field(description="The image.", json_schema_extra={"type": "string", "format": "binary"})


FORM_BODY = {
    "description": "The image, and what is said of it.",
    "required": True,
    "content": {MULTIPART: {"schema": {"$ref": f"#/components/schemas/{ImageUpload.__name__}"}}},
}
"""The form in the OpenAPI document; FastAPI cannot describe a body that a handler streams."""
