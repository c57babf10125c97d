"""Errors as RFC 9457 problem documents: one shape from every service, validation included."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from services.kit import context

PROBLEM_MEDIA_TYPE = "application/problem+json"
MAX_FIELD_ERRORS = 50


class FieldError(BaseModel):
    """One thing wrong with the request."""

    pointer: str = Field(description="JSON pointer into the body, or `/query/name`, `/header/name`, `/path/name`.")
    code: str = Field(description="What is wrong with it, for programs.")
    message: str = Field(description="What is wrong with it, for people.")


class Problem(BaseModel):
    """What went wrong, as RFC 9457 describes it. Programs branch on `code`; people read `detail`."""

    type: str = Field(
        description="The kind of problem, as a URN of its code.", examples=["urn:pictor:problem:not_found"]
    )
    title: str = Field(description="The status in words.", examples=["Not found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    detail: str = Field(
        description="What went wrong, and what to do.", examples=["There is no such image, or it is not yours to see."]
    )
    instance: str = Field(
        description="The path that was asked for.", examples=["/v1/images/0197a3c0-0000-7000-8000-000000000000"]
    )
    code: str = Field(description="What programs branch on.", examples=["not_found"])
    request_id: str | None = Field(
        description="Names the request in the server's log; also the header X-Request-Id.", examples=["req_5f0c"]
    )
    errors: list[FieldError] = Field(default_factory=list, description="What in the request is wrong, one by one.")


class ApiError(Exception):
    """An error with its status and code. Subclasses name the case; `detail` says what to do next."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"

    def __init__(
        self, detail: str, *, errors: list[FieldError] | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []
        self.headers = dict(headers or {})


class BadRequest(ApiError):
    status, code = 400, "bad_request"


class InvalidCursor(ApiError):
    status, code = 400, "invalid_cursor"


class Unauthenticated(ApiError):
    status, code = 401, "unauthenticated"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"www-authenticate": 'Bearer realm="pictor"'})


class Forbidden(ApiError):
    status, code = 403, "forbidden"


class NotFound(ApiError):
    status, code = 404, "not_found"


class Conflict(ApiError):
    status, code = 409, "conflict"


class Gone(ApiError):
    status, code = 410, "gone"


class PreconditionFailed(ApiError):
    status, code = 412, "precondition_failed"


class ContentTooLarge(ApiError):
    status, code = 413, "content_too_large"


class UnsupportedMediaType(ApiError):
    status, code = 415, "unsupported_media_type"


class RangeNotSatisfiable(ApiError):
    status, code = 416, "range_not_satisfiable"


class UnprocessableContent(ApiError):
    status, code = 422, "validation_failed"


class TryAgain(ApiError):
    """What passes by itself: the answer says in how many seconds the same request is welcome again."""

    def __init__(self, detail: str, *, retry_after_s: int = 5, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail, headers={"retry-after": str(retry_after_s), **(headers or {})})


class TooManyRequests(TryAgain):
    status, code = 429, "too_many_requests"


class UpstreamFailed(TryAgain):
    status, code = 502, "upstream_failed"


class Unavailable(TryAgain):
    status, code = 503, "unavailable"


class UpstreamTimeout(TryAgain):
    status, code = 504, "upstream_timeout"


def problem_response(
    instance: str,
    *,
    status: int,
    code: str,
    detail: str,
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build the answer for one problem."""
    problem = _problem(instance, status=status, code=code, detail=detail, errors=errors)
    return JSONResponse(
        problem.model_dump(mode="json"),
        status_code=status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def problem_of(instance: str, error: ApiError) -> Problem:
    """Give the problem as part of an answer: of one item among several."""
    return _problem(instance, status=error.status, code=error.code, detail=error.detail, errors=error.errors)


def _problem(instance: str, *, status: int, code: str, detail: str, errors: list[FieldError] | None) -> Problem:
    return Problem(
        type=f"urn:pictor:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=context.public(instance),
        code=code,
        request_id=context.request_id.get(),
        errors=errors or [],
    )


def error_response(instance: str, error: ApiError) -> Response:
    return problem_response(
        instance,
        status=error.status,
        code=error.code,
        detail=error.detail,
        errors=error.errors,
        headers=error.headers,
    )


def problem_responses(*errors: type[ApiError]) -> dict[int | str, dict[str, Any]]:
    """Declare errors for the OpenAPI document, as problem+json (FastAPI's `model=` would publish application/json)."""
    by_status: dict[int, list[str]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error.code)
    content = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}", "content": content}
        for status, codes in by_status.items()
    }


_CODES = {
    error.status: error.code
    for error in (*ApiError.__subclasses__(), *TryAgain.__subclasses__())
    if error not in {InvalidCursor, TryAgain}
}


async def _on_api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)  # noqa: S101 - registered for this class alone
    return error_response(request.url.path, error)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    code = "method_not_allowed" if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else _CODES.get(error.status_code)
    return problem_response(
        request.url.path,
        status=error.status_code,
        code=code or "http_error",
        detail=str(error.detail),
        headers=error.headers,
    )


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
    found = error.errors()[:MAX_FIELD_ERRORS]
    invalid = next((item for item in found if item["type"] == "json_invalid"), None)
    if invalid is not None:
        why = str(invalid.get("ctx", {}).get("error", "")).rstrip(".")
        detail = f"The body is not valid JSON{f': {why}' if why else ''}."
        return problem_response(request.url.path, status=400, code="invalid_json", detail=detail)
    errors = [FieldError(pointer=_pointer(item["loc"]), code=item["type"], message=item["msg"]) for item in found]
    return problem_response(
        request.url.path,
        status=422,
        code=UnprocessableContent.code,
        detail="The request does not fit its description; see `errors`.",
        errors=errors,
    )


def _pointer(location: tuple[int | str, ...]) -> str:
    parts = location[1:] if location and location[0] == "body" else location
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def install_problem_handlers(app: FastAPI) -> None:
    app.add_exception_handler(ApiError, _on_api_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
