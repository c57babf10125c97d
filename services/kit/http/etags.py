"""Conditional requests on JSON resources (RFC 9110, section 13): the ETag is a digest of the representation."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from services.kit.http.problems import PreconditionFailed


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def require_match(request: Request, current: BaseModel) -> None:
    """Raise PreconditionFailed when the request has an If-Match that the current representation does not meet."""
    require_etag(request.headers.get("if-match"), current)


def require_etag(wanted: str | None, current: BaseModel) -> None:
    """Raise PreconditionFailed when what stands for If-Match is there and the representation does not meet it."""
    if wanted is None or wanted.strip() == "*":
        return
    if etag_of(current.model_dump_json(by_alias=True).encode()) not in _tags(wanted):
        raise PreconditionFailed("The resource has changed since you read it: read it again, then decide.")


def not_modified(request: Request, etag: str) -> bool:
    """Whether If-None-Match names the ETag (weak comparison, as GET wants it)."""
    wanted = request.headers.get("if-none-match")
    if wanted is None:
        return False
    return wanted.strip() == "*" or etag in {tag.removeprefix("W/") for tag in _tags(wanted)}


def _tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",")}


class ETagRoute(APIRoute):
    """A route whose JSON answers carry an ETag, and whose GET answers 304 when the caller has it already."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            response = await inner(request)
            if response.media_type != "application/json" or response.status_code not in {200, 201}:
                return response
            etag = etag_of(bytes(response.body))
            response.headers["etag"] = etag
            if request.method == "GET":
                response.headers.setdefault("cache-control", "private, no-cache")
                if not_modified(request, etag):
                    return Response(status_code=304, headers={"etag": etag, "cache-control": "private, no-cache"})
            return response

        return handler
