"""Conditional requests on JSON resources (RFC 9110, section 13).

An ETag is a digest of the representation. Of a resource that clients edit it has two parts: `"<edited>.<whole>"`. A
cache compares both, so that it sees every new representation; If-Match compares the first alone, so that an edit fails
for what another client wrote, and not for what the server or another viewer changed meanwhile.
"""

import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from fastapi import Request, Response
from pydantic import BaseModel

from services.kit.http.problems import PreconditionFailed
from services.kit.http.strict import StrictRoute


class EditableModel(BaseModel):
    """A resource that clients edit. `edited_fields` are those that they can write."""

    edited_fields: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def edited(cls, resource: dict[str, Any]) -> object:
        """Give of the resource as JSON what clients can write."""
        return [resource[name] for name in cls.edited_fields]


def etag_of(body: bytes, model: object = None) -> str:
    """Give the ETag of a representation; `model` is the class of the resource, where that is known."""
    whole = hashlib.sha256(body).hexdigest()[:32]
    if isinstance(model, type) and issubclass(model, EditableModel):
        return f'"{_edited(model, json.loads(body))}.{whole}"'
    return f'"{whole}"'


def require_match(request: Request, current: BaseModel) -> None:
    """Raise PreconditionFailed when the request has an If-Match that the current representation does not meet."""
    require_etag(_joined(request, "if-match"), current)


def require_etag(wanted: str | None, current: BaseModel) -> None:
    """Raise PreconditionFailed when what stands for If-Match is there and the representation does not meet it."""
    if wanted is None or wanted.strip() == "*":
        return
    if isinstance(current, EditableModel):
        edited = '"' + _edited(type(current), current.model_dump(mode="json"))
        met = any(tag.partition(".")[0] == edited for tag in _tags(wanted))
    else:
        met = etag_of(current.model_dump_json(by_alias=True).encode()) in _tags(wanted)
    if not met:
        raise PreconditionFailed("The resource has been edited since you read it: read it again, then decide.")


def not_modified(request: Request, etag: str) -> bool:
    """Whether If-None-Match names the ETag (weak comparison)."""
    wanted = _joined(request, "if-none-match")
    if wanted is None:
        return False
    return wanted.strip() == "*" or etag in _tags(wanted)


def _edited(model: type[EditableModel], resource: dict[str, Any]) -> str:
    written = json.dumps(model.edited(resource), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _joined(request: Request, name: str) -> str | None:
    """Several headers of one name are one list."""
    return ", ".join(request.headers.getlist(name)) if name in request.headers else None


def _tags(header: str) -> set[str]:
    """Give the tags of a list. Weak ones count as strong: our tags name a state, and compression makes them weak."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


class ETagRoute(StrictRoute):
    """A route whose JSON answers carry an ETag, and whose GET answers 304 when the caller has it already."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            response = await inner(request)
            if response.media_type != "application/json" or response.status_code not in {200, 201}:
                return response
            if "etag" not in response.headers:
                response.headers["etag"] = etag_of(bytes(response.body), self.response_model)
            etag = response.headers["etag"]
            if request.method == "GET":
                response.headers.setdefault("cache-control", "private, no-cache")
                if not_modified(request, etag):
                    return Response(status_code=304, headers={"etag": etag, "cache-control": "private, no-cache"})
            return response

        return handler
