"""From requests to questions: options, JSON, forms and raw pictures."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from uuid import UUID

import numpy as np
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from services.kit.http.limits import JSON_BODY_LIMIT
from services.kit.http.problems import FieldError, UnprocessableContent
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
from services.protocol.image_problems import IMAGE_TYPES, NotAnImageType
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

JSON = "application/json"
MOST_FILES = 2 * MOST_EXAMPLES
Files = Mapping[str, ReceivedFile]

_BINARY = {"schema": {"type": "string", "format": "binary"}}
SEARCH_BODY = {
    "required": True,
    "content": {
        JSON: {"schema": {"$ref": f"#/components/schemas/{SimilarSearch.__name__}"}},
        MULTIPART: {
            "schema": {"$ref": f"#/components/schemas/{SimilarSearchForm.__name__}"},
            "encoding": {"request": {"contentType": JSON}},
        },
        **dict.fromkeys(IMAGE_TYPES, _BINARY),
    },
}
"""The request body in the OpenAPI document; FastAPI cannot describe a body that a handler streams."""


def question_about(image_id: UUID, options: SimilarOptions, viewer: UUID) -> Question:
    return _question([StoredExample(image_id)], [], options, options, viewer, pointer="/query")


@asynccontextmanager
async def received_question(request: Request, options: SimilarOptions, viewer: UUID) -> AsyncIterator[Question]:
    """Give what is asked; files of the request live as long as the block.

    `options` count with a raw picture only. Raises NotAnImageType, UnknownUpload, what the kit's uploads raise, and
    RequestValidationError.
    """
    kind, limit = content_type(request), upload_limit(request)
    with ExitStack() as temporary:
        if kind == JSON:
            body = await received_body(request, temporary.enter_context(nameless_file()), limit=JSON_BODY_LIMIT)
            yield _asked(_parsed(body.path.read_bytes(), "body"), {}, viewer, pointer="")
        elif kind == MULTIPART:
            async with received_form(request, max_files=MOST_FILES + 1, max_fields=MOST_FILES) as form:
                asked, files = await _taken_apart(form, temporary, limit=limit)
                yield _asked(asked, files, viewer, pointer="/request")
        elif kind in IMAGE_TYPES:
            picture = await received_body(request, temporary.enter_context(nameless_file()), limit=limit)
            example = FileExample(picture.path, picture.sha256)
            yield _question([example], [], options, options, viewer, pointer="/query")
        else:
            raise NotAnImageType(f"Send {JSON}, {MULTIPART}, or a picture as {', '.join(IMAGE_TYPES)}.")


async def _taken_apart(form: FormData, temporary: ExitStack, *, limit: int) -> tuple[SimilarSearch, Files]:
    """The pictures of a form may have `limit` bytes together, as its body is limited too."""
    parts, raw, files = form.multi_items(), form.get("request"), dict[str, ReceivedFile]()
    for name, part in parts:
        if not isinstance(part, UploadFile) or name == "request":
            continue
        if name in files:
            raise UnprocessableContent(f"The form has two files in parts named {name!r}.")
        left = limit - sum(file.size for file in files.values())
        files[name] = await received_part(part, temporary.enter_context(nameless_file()), limit=left)
    if raw is None:
        return SimilarSearch(like=[SimilarExample(upload="file")]), files
    text = await raw.read() if isinstance(raw, UploadFile) else raw
    return _parsed(text, "request"), files


def _parsed(text: str | bytes, place: str) -> SimilarSearch:
    try:
        return SimilarSearch.model_validate_json(text)
    except ValidationError as error:
        errors = [{**item, "loc": (place, *item["loc"])} for item in error.errors(include_url=False)]
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
        owner=viewer if wanted.owner == "me" else wanted.owner,
        label_groups=label_groups(load_taxonomy(), labels=wanted.label, any_labels=wanted.any_label, pointer=pointer),
        not_labels=label_classes(load_taxonomy(), wanted.not_label, pointer=f"{pointer}/not_label"),
        recall_probe=options.recall_probe,
        collapse=options.collapse is not None,
        matching=wanted.matching(),
    )


def _example(asked: SimilarExample, files: Files, pointer: str) -> Example:
    if asked.vector is not None:
        return VectorExample(np.asarray(asked.vector, dtype=np.float32))
    if asked.image_id is not None:
        return StoredExample(asked.image_id, _box(asked.region))
    file = files.get(asked.upload or "")
    if file is None:
        message = f"The form has no file in a part named {asked.upload!r}."
        raise UnknownUpload(
            message, errors=[FieldError(pointer=f"{pointer}/upload", code=UnknownUpload.code, message=message)]
        )
    return FileExample(file.path, file.sha256, _box(asked.region))


def _box(region: Region | None) -> Box | None:
    return None if region is None else Box(**region.model_dump())
