"""Nothing in silence: what an operation does not know is refused, and what it takes once it does not take twice."""

import json
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from difflib import get_close_matches
from http import HTTPStatus
from typing import Annotated, Any, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from services.kit.http.problems import MAX_FIELD_ERRORS, BadRequest, FieldError, UnprocessableContent

Names = Mapping[str, bool]
"""What may be given, by name, and whether several times."""
NEAR = 0.5
MAX_QUOTED = 60
LISTS = frozenset({"if-match", "if-none-match", "prefer"})
"""Headers that are lists: several of one name are one."""
NOTHING_SAID = frozenset({b"", b"{}", b"null"})
"""Bodies that some clients send where there is none."""


def names_of(model: type[BaseModel]) -> Names:
    """Name the fields of a model as a query or a form gives them."""
    return {field.alias or name: _is_list(field.annotation) for name, field in model.model_fields.items()}


def require_known(given: Iterable[str], known: Names, *, place: str, what: str) -> None:
    """Raise UnprocessableContent for names that are not known, and for those that may be given once and are not.

    `place` begins the pointers (`/query`), `what` names one of the things (`query parameter`).
    """
    errors = []
    for name, times in Counter(given).items():
        if name not in known:
            code, message = "unknown_parameter", unknown(name, known, what)
        elif times > 1 and not known[name]:
            code, message = "repeated_parameter", f"The {what} {name!r} may be given once; it is given {times} times."
        else:
            continue
        errors.append(FieldError(pointer=f"{place}/{_escaped(name[:MAX_QUOTED])}", code=code, message=message))
    if errors:
        raise UnprocessableContent(errors[0].message, errors=errors[:MAX_FIELD_ERRORS])


def unknown(name: str, known: Iterable[str], what: str) -> str:
    """Say that there is no such name, and which one was meant."""
    names = sorted(known)
    said = f"There is no {what} {name[:MAX_QUOTED]!r}."
    near = get_close_matches(name[:MAX_QUOTED].lower(), names, n=1, cutoff=NEAR)
    if near:
        return f"{said} Did you mean {near[0]!r}?"
    return f"{said} There are: {', '.join(names)}." if names else f"{said} There are none here."


class StrictRoute(APIRoute):
    """A route that refuses query parameters that it does not know, scalars given twice, unread bodies, ambiguous JSON.

    Every documented operation is one. Probes and pages are not: what asks them may add what it likes.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()
        query, headers = _parameters(self.dependant, "query_params"), _parameters(self.dependant, "header_params")
        if HTTPStatus.PARTIAL_CONTENT in self.responses:
            headers |= dict.fromkeys(("Range", "If-Range"), False)
        once = {name.lower(): name for name, several in headers.items() if not several and name.lower() not in LISTS}

        takes_body = self.body_field is not None or "requestBody" in (self.openapi_extra or {})

        async def handler(received: Request) -> Response:
            request = _StrictRequest(received.scope, received.receive)
            require_known(_query_names(request), query, place="/query", what="query parameter")
            if once:
                sent = [once[name] for name in request.headers if name in once]
                require_known(sent, headers, place="/header", what="header")
            if not takes_body:
                await _require_no_body(request)
            return await inner(request)

        return handler


async def _require_no_body(request: Request) -> None:
    """Raise UnprocessableContent for a body that says something, where nothing reads it."""
    if request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers:
        return
    if (await request.body()).strip() not in NOTHING_SAID:
        message = "This operation takes no body."
        raise UnprocessableContent(message, errors=[FieldError(pointer="", code="unexpected_body", message=message)])


class _StrictRequest(Request):
    async def json(self) -> Any:  # noqa: ANN401 - any JSON
        return strict_json(await self.body())


def strict_json(body: bytes | str) -> Any:  # noqa: ANN401 - any JSON
    """Read JSON as RFC 8259 has it. Raises JSONDecodeError, also for a name that occurs twice in one object, and for
    NaN and Infinity."""
    try:
        return json.loads(body, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError:
        raise
    except UnicodeDecodeError as error:
        raise _no_json("it is not UTF-8") from error
    except RecursionError as error:
        raise _no_json("it is nested too deeply") from error
    except ValueError as error:  # of int(), the one thing that is left
        raise _no_json("a number has too many digits") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        name = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise _no_json(f"the name {name[:MAX_QUOTED]!r} occurs twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise _no_json(f"{name} is no JSON")


def _no_json(why: str) -> json.JSONDecodeError:
    return json.JSONDecodeError(why, "", 0)


class RequestModel(BaseModel):
    """A JSON object that a client sends. A field that is not known is refused, and the nearest known one named."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="wrap")
    @classmethod
    def _suggested(cls, value: Any, handler: ModelWrapValidatorHandler["RequestModel"]) -> "RequestModel":  # noqa: ANN401
        try:
            return handler(value)
        except ValidationError as error:
            details = [_detail(item, names_of(cls)) for item in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(cls.__name__, details) from error


def _detail(item: Any, known: Names) -> InitErrorDetails:  # noqa: ANN401 - pydantic_core.ErrorDetails
    message = item["msg"]
    if item["type"] == "extra_forbidden" and len(item["loc"]) == 1:
        message = unknown(str(item["loc"][0]), known, "field")
    kind = PydanticCustomError(item["type"], "{message}", {"message": message})
    return InitErrorDetails(type=kind, loc=item["loc"], input=item["input"])


def _query_names(request: Request) -> list[str]:
    query: bytes = request.scope["query_string"]
    try:
        return [name for name, _ in parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")]
    except ValueError as error:
        raise BadRequest("The query is not percent-encoded UTF-8.") from error


def _parameters(dependant: Dependant, kind: str) -> dict[str, bool]:
    """Name the parameters of one kind that a route and what it depends on take."""
    found: dict[str, bool] = {}
    for field in getattr(dependant, kind):
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found.update(names_of(annotation))
        else:
            found[field.alias] = _is_list(annotation)
    for other in dependant.dependencies:
        found.update(_parameters(other, kind))
    return found


def _is_list(annotation: Any) -> bool:  # noqa: ANN401 - any type
    if get_origin(annotation) is Annotated:
        return _is_list(get_args(annotation)[0])
    return get_origin(annotation) is list


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
