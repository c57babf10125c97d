"""The OpenAPI document as SDK generators want it: stable ids, problems declared, files as binary."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.kit.declared_headers import declare_headers, used_headers
from services.kit.http.etags import ETagRoute
from services.kit.http.limits import DEFAULT_UPLOAD_LIMIT, in_words, operation_body_limit
from services.kit.http.problems import (
    PROBLEM_MEDIA_TYPE,
    BadRequest,
    FieldError,
    Forbidden,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnprocessableContent,
    UpstreamFailed,
    UpstreamTimeout,
    problem_responses,
)

BODY_LIMIT = "x-pictor-body-limit"
UPLOAD_LIMIT = "x-pictor-upload-limit"
"""The largest file of an operation that takes files. It follows PICTOR_UPLOAD_LIMIT, and the largest body with it."""
Document = dict[str, Any]

COMMON = problem_responses(
    BadRequest,
    Unauthenticated,
    Forbidden,
    UnprocessableContent,
    TooManyRequests,
    UpstreamFailed,
    Unavailable,
    UpstreamTimeout,
)
_PROBLEM = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_BY_THE_GATEWAY = {
    408: "The body stopped coming: request_timeout",
    413: "The body is too large: content_too_large",
    414: "The query is too long: uri_too_long",
    431: "The headers are too large: headers_too_large",
    500: "Our mistake: internal_error",
}
COMMON |= {status: {"description": words, "content": _PROBLEM} for status, words in _BY_THE_GATEWAY.items()}


def needs(*scopes: str, body_limit: int | None = None, files: bool = False) -> dict[str, Any]:
    """Give an operation its scopes and its largest body in bytes, as `openapi_extra`: the gateway enforces both.

    With `files` the largest body follows the settings: what stands here is the default.
    """
    extra: dict[str, Any] = {"security": [{"bearer": list(scopes)}]}
    if files:
        return extra | _upload_limits(DEFAULT_UPLOAD_LIMIT)
    return extra if body_limit is None else {**extra, BODY_LIMIT: body_limit}


def set_upload_limit(document: Document, limit: int) -> Document:
    """Make the document say, wherever an operation takes files, how large they may be; give it."""
    for _, operation in operations(document):
        if UPLOAD_LIMIT in operation:
            said, now = in_words(operation[UPLOAD_LIMIT]), in_words(limit)
            operation["description"] = operation["description"].replace(said, now)
            operation.update(_upload_limits(limit))
    return document


def _upload_limits(limit: int) -> dict[str, int]:
    return {UPLOAD_LIMIT: limit, BODY_LIMIT: operation_body_limit(limit)}


def open_to_all() -> dict[str, Any]:
    """Say that an operation needs no sign-in, as `openapi_extra`."""
    return {"security": []}


def install_openapi(app: FastAPI, body_models: Sequence[type[BaseModel]] = (), *, upload_limit: int) -> None:
    """Make `app.openapi()` give our document; see `build_document`."""

    def document() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = set_upload_limit(build_document(app, body_models), upload_limit)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def build_document(app: FastAPI, body_models: Sequence[type[BaseModel]] = ()) -> Document:
    """Build the document. `body_models` are those that only a request body described by hand refers to."""
    built = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    components = built.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unwanted in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unwanted, None)
    _, shared = models_json_schema(
        [(Problem, "serialization"), (FieldError, "serialization"), *((model, "validation") for model in body_models)],
        ref_template="#/components/schemas/{model}",
    )
    schemas.update(shared["$defs"])
    for name, schema in schemas.items():
        if "enum" in schema:
            schema["x-enum-varnames"] = _names_of_values(name, schema)
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key (`pk_…`) or a session token. Scopes are named at each operation.",
        }
    }
    conditional = {
        (method, route.path_format)
        for route in app.routes
        if isinstance(route, ETagRoute)
        for method in route.methods or ()
    }
    for (method, path), operation in operations(built):
        responses = {**{str(status): answer for status, answer in COMMON.items()}, **operation["responses"]}
        if PROBLEM_MEDIA_TYPE not in responses["422"].get("content", {}):
            responses["422"] = COMMON[422]
        operation["responses"] = dict(sorted(responses.items()))
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = _without_null(parameter["schema"])
            parameter["schema"].pop("description", None)  # the parameter has it
        declare_headers(
            operation,
            public=path.startswith("/v1/"),
            conditional=(method, path) in conditional,
            reads=method == "GET",
        )
    components["headers"] = used_headers(built)
    return _plain(built)  # type: ignore[no-any-return]  # a dict in, a dict out


def operations(document: Document) -> Iterator[tuple[tuple[str, str], Document]]:
    """Yield ((METHOD, path), operation) of a document."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in {"get", "put", "post", "patch", "delete"}:
                yield (method.upper(), path), operation


def _names_of_values(name: str, schema: Document) -> list[str]:
    """Name the values of an enumeration, each with the enumeration's own name in front.

    Go has one scope for all of them, and numbers have no names at all.
    """
    said = schema.get("x-enum-varnames") or [re.sub(r"^-(.*)", r"\1_desc", value) for value in schema["enum"]]
    prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [re.sub(r"[^A-Z0-9]+", "_", f"{prefix}_{one}".upper()) for one in said]


def _without_null(schema: Document) -> Document:
    """A parameter that is not given is absent: no URL and no header has a null."""
    match schema:
        case {"anyOf": [given, {"type": "null"}], **rest}:
            return {**given, **rest}
    return schema


def _plain(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Leave out what makes SDK generators err.

    `contentMediaType: application/octet-stream` makes them send files as text: say `format: binary`. Titles that repeat
    a name make them invent types.
    """
    if isinstance(node, dict):
        node = {name: _plain(value) for name, value in node.items()}
        if node.get("contentMediaType") == "application/octet-stream":
            node.pop("contentMediaType")
            node["format"] = "binary"
        for described in node.get("properties", {}).values():
            described.pop("title", None)
        if "in" in node and "schema" in node:
            node["schema"].pop("title", None)
        return node
    return [_plain(item) for item in node] if isinstance(node, list) else node
