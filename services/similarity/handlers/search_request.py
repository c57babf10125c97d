"""From requests to questions: options, JSON, forms and raw pictures."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from json import JSONDecodeError
from uuid import UUID

import numpy as np
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from services.kit.http.problems import FieldError, UnprocessableContent, UnsupportedMediaType
from services.kit.http.strict import require_known, strict_json
from services.kit.http.uploads import (
    MULTIPART,
    ReceivedFile,
    content_type,
    nameless_file,
    received_body,
    received_form,
    received_part,
    upload_limit,
)
from services.protocol.identifiers import ME
from services.protocol.image_bodies import require_raw_image
from services.similarity.domain import Example, FileExample, Question, StoredExample, VectorExample
from services.similarity.schemas.search import (
    MOST_EXAMPLES,
    Region,
    SimilarExample,
    SimilarFilter,
    SimilarOptions,
    SimilarSearch,
    SimilarSearchForm,
)
from services.similarity.services.errors import UnknownUpload
from services.similarity.services.labels import label_classes, label_groups
from services.vision.decoding import Box
from services.vision.labels import load_taxonomy

MOST_FILES = 2 * MOST_EXAMPLES
Files = Mapping[str, ReceivedFile]

UPLOAD_BODY = {
    "description": "The pictures, and the JSON that says how to search with them.",
    "required": True,
    "content": {
        MULTIPART: {
            "schema": {"$ref": f"#/components/schemas/{SimilarSearchForm.__name__}"},
        }
    },
}
"""The form in the OpenAPI document; FastAPI cannot describe a body that a handler streams."""


def question_about(image_id: UUID, options: SimilarOptions, viewer: UUID) -> Question:
    return _question([StoredExample(image_id)], [], options, options, viewer, pointer="/query")


def question_of(asked: SimilarSearch, viewer: UUID) -> Question:
    """What JSON asks: no pictures can come with it. Raises UnknownUpload."""
    return _asked(asked, {}, viewer, pointer="")


@asynccontextmanager
async def received_form_question(request: Request, viewer: UUID) -> AsyncIterator[Question]:
    """Give what a form asks; its files live as long as the block.

    Raises UnsupportedMediaType, UnknownUpload, what the kit's uploads raise, and RequestValidationError.
    """
    if content_type(request) != MULTIPART:
        raise UnsupportedMediaType(f"Send {MULTIPART}.")
    with ExitStack() as temporary:
        async with received_form(request, max_files=MOST_FILES + 1, max_fields=MOST_FILES) as form:
            asked, files = await _taken_apart(form, temporary, limit=upload_limit(request))
            question = _asked(asked, files, viewer, pointer="/request")
            _require_used(files, asked)
            yield question


@asynccontextmanager
async def received_picture_question(request: Request, options: SimilarOptions, viewer: UUID) -> AsyncIterator[Question]:
    """Give what a picture asks, which is the body itself. Raises NotAnImageType, and what the kit's uploads raise."""
    require_raw_image(content_type(request))
    with nameless_file() as path:
        picture = await received_body(request, path, limit=upload_limit(request))
        example = FileExample(picture.path, picture.sha256)
        yield _question([example], [], options, options, viewer, pointer="/query")


async def _taken_apart(form: FormData, temporary: ExitStack, *, limit: int) -> tuple[SimilarSearch, Files]:
    """The pictures of a form may have `limit` bytes together, as its body is limited too."""
    parts, raw, files = form.multi_items(), form.get("request"), dict[str, ReceivedFile]()
    named = {name: False for name, part in parts if isinstance(part, UploadFile)}
    require_known([name for name, _ in parts], {**named, "request": False}, place="", what="form field")
    for name, part in parts:
        if not isinstance(part, UploadFile) or name == "request":
            continue
        left = limit - sum(file.size for file in files.values())
        files[name] = await received_part(part, temporary.enter_context(nameless_file()), limit=left)
    if raw is None:
        return SimilarSearch(like=[SimilarExample(upload="file")]), files
    text = await raw.read() if isinstance(raw, UploadFile) else raw
    return _parsed(text), files


def _require_used(files: Files, asked: SimilarSearch) -> None:
    """Raise UnprocessableContent for a picture that no example names."""
    wanted = {one.upload for one in (*asked.like, *asked.unlike)}
    if unused := sorted(files.keys() - wanted):
        message = f"No example names the file {unused[0]!r} as its `upload`."
        raise UnprocessableContent(
            message, errors=[FieldError(pointer=f"/{unused[0]}", code="unused_file", message=message)]
        )


def _parsed(text: str | bytes) -> SimilarSearch:
    try:
        strict_json(text)
    except JSONDecodeError as error:
        problem = {"loc": ("request", error.pos), "type": "json_invalid", "ctx": {"error": error.msg}}
        raise RequestValidationError([problem]) from error
    try:
        return SimilarSearch.model_validate_json(text)
    except ValidationError as error:
        errors = [{**item, "loc": ("request", *item["loc"])} for item in error.errors(include_url=False)]
        raise RequestValidationError(errors) from error


def _asked(asked: SimilarSearch, files: Files, viewer: UUID, *, pointer: str) -> Question:
    likes = [_example(one, files, f"{pointer}/like/{number}") for number, one in enumerate(asked.like)]
    unlikes = [_example(one, files, f"{pointer}/unlike/{number}") for number, one in enumerate(asked.unlike)]
    return _question(likes, unlikes, asked.filter, asked, viewer, pointer=f"{pointer}/filter")


def _question(
    likes: Sequence[Example],
    unlikes: Sequence[Example],
    wanted: SimilarFilter,
    options: SimilarOptions | SimilarSearch,
    viewer: UUID,
    *,
    pointer: str,
) -> Question:
    return Question(
        likes=tuple(likes),
        unlikes=tuple(unlikes),
        limit=options.limit,
        min_score=options.min_score,
        mode=options.mode,
        owner=_owner_id(wanted.owner, viewer),
        label_groups=label_groups(load_taxonomy(), labels=wanted.label, any_labels=wanted.any_label, pointer=pointer),
        not_labels=label_classes(load_taxonomy(), wanted.not_label, pointer=f"{pointer}/not_label"),
        recall_probe=options.recall_probe,
        collapse=options.collapse is not None,
        matching=wanted.matching(),
    )


def _owner_id(owner: UUID | str | None, viewer: UUID) -> UUID | None:
    """Give the id that the index knows; a name is for the catalog, see SimilarFilter.matching."""
    if owner == ME:
        return viewer
    return owner if isinstance(owner, UUID) else None


def _example(asked: SimilarExample, files: Files, pointer: str) -> Example:
    if asked.vector is not None:
        return VectorExample(np.asarray(asked.vector, dtype=np.float32))
    if asked.image_id is not None:
        return StoredExample(asked.image_id, _box(asked.region))
    file = files.get(asked.upload or "")
    if file is None:
        message = f"There is no file in a part named {asked.upload!r} of a form to POST /v1/search/similar:upload."
        raise UnknownUpload(
            message, errors=[FieldError(pointer=f"{pointer}/upload", code=UnknownUpload.code, message=message)]
        )
    return FileExample(file.path, file.sha256, _box(asked.region))


def _box(region: Region | None) -> Box | None:
    return None if region is None else Box(**region.model_dump())
