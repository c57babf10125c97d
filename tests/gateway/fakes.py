"""A FAKE inner service: no catalog, no classifier. It answers what it was asked, or fails in a way a test wants."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from services.kit.http.etags import ETagRoute
from services.kit.http.internal_auth import InternalAuthMiddleware, InternalTokens
from services.kit.testing.apps import TEST_SECRET

PIECE = bytes(range(256)) * 256
PIECES = 48
COVERAGE = {"total": 7, "ready": 5, "processing": 1, "deferred": 1, "failed": 0, "labelled": 5, "embedded": 5}
MODEL = {
    "state": "ready",
    "detail": "",
    "name": "inception_v3",
    "space": "inception_v3-000000000000",
    "trained": False,
    "engine": "openvino",
    "precision": "bf16",
}


def fake_service(name: str) -> FastAPI:
    """Make a fake of one service. It checks internal tokens as the real ones do; `app.state.seen` has the requests."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.seen = []
    app.state.begun = asyncio.Event()
    app.state.cancelled = asyncio.Event()
    app.state.ready = {"status": "ready", "checks": {"database": "ok"}}
    audience = "classifier" if name == "candidate" else name
    app.add_middleware(InternalAuthMiddleware, tokens=InternalTokens(TEST_SECRET, audience), audience=audience)

    _add_states(app)
    _add_leaving(app)
    _add_behaviours(app)
    _add_json(app)
    _add_failures(app)
    _add_echo(app, name)
    return app


def _add_states(app: FastAPI) -> None:
    @app.get("/readyz")
    async def readyz() -> Response:
        ready: dict[str, Any] = app.state.ready
        return JSONResponse(ready, status_code=200 if ready["status"] == "ready" else 503)

    @app.get("/internal/model")
    async def model() -> dict[str, Any]:
        return MODEL

    @app.get("/internal/owners/{owner_id}/usage")
    async def usage(owner_id: str) -> dict[str, int]:
        return {"images": 7, "bytes": 700} if UUID(owner_id) else {}

    @app.get("/internal/coverage")
    async def coverage(viewer_id: str) -> dict[str, int]:
        app.state.seen.append(viewer_id)
        return COVERAGE


def _add_leaving(app: FastAPI) -> None:
    app.state.left, app.state.calls_to_leave = [], 2

    @app.post("/internal/owners/{owner_id}:leave")
    async def leave(owner_id: str, request: Request) -> Response:
        app.state.left.append([owner_id, (await request.json())["heir"]])
        if app.state.calls_to_leave is None:
            return JSONResponse({"code": "unavailable"}, status_code=503)
        return JSONResponse({"done": len(app.state.left) >= app.state.calls_to_leave})


def _add_behaviours(app: FastAPI) -> None:
    @app.get("/v1/fake/bytes")
    async def pieces() -> Response:
        async def body() -> AsyncIterator[bytes]:
            for _ in range(PIECES):
                yield PIECE

        headers = {"content-length": str(len(PIECE) * PIECES), "content-encoding": "x-fake", "etag": '"fake"'}
        return StreamingResponse(body(), headers=headers, media_type="image/png")

    @app.get("/v1/fake/dripping")
    async def dripping() -> Response:
        async def body() -> AsyncIterator[bytes]:
            for number in range(10):
                yield f"data: {number}\n\n".encode()
                await asyncio.sleep(0.1)

        return StreamingResponse(body(), media_type="text/event-stream")

    @app.get("/v1/fake/slow")
    async def slow(request: Request) -> Response:
        app.state.begun.set()
        while (await request.receive())["type"] != "http.disconnect":
            pass
        app.state.cancelled.set()
        return Response()

    @app.get("/v1/fake/hop")
    async def hop() -> Response:
        headers = {"connection": "x-private", "x-private": "1", "keep-alive": "5", "set-cookie": "a=b", "x-own": "1"}
        return Response("{}", headers=headers, media_type="application/json")


def _add_json(app: FastAPI) -> None:
    router = APIRouter(route_class=ETagRoute)

    @router.get("/v1/fake/json")
    async def items(count: int = 200) -> list[str]:
        return [f"item {number}" for number in range(count)]

    app.include_router(router)


def _add_failures(app: FastAPI) -> None:
    @app.get("/v1/fake/dies")
    async def dies() -> Response:
        async def body() -> AsyncIterator[bytes]:
            yield b"half of "
            await asyncio.sleep(0.05)
            raise RuntimeError("a fake death")

        return StreamingResponse(body(), media_type="text/plain")

    @app.get("/v1/fake/distrust")
    async def distrust() -> Response:
        return Response(status_code=401)

    @app.get("/v1/fake/broken")
    async def broken() -> Response:
        problem = {"code": "internal_error", "status": 500, "detail": "This is a fake's mistake."}
        return JSONResponse(problem, status_code=500, media_type="application/problem+json")

    @app.post("/v1/fake/early")
    async def early() -> Response:
        return JSONResponse({"code": "unsupported_media_type"}, status_code=415)


def _add_echo(app: FastAPI, name: str) -> None:
    @app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def echo(request: Request) -> dict[str, Any]:
        app.state.begun.set()
        size, digest = 0, hashlib.sha256()
        try:
            async for chunk in request.stream():
                size += len(chunk)
                digest.update(chunk)
        except Exception:
            app.state.cancelled.set()
            raise
        principal = request.state.principal
        seen = {
            "service": f"a fake {name}",
            "method": request.method,
            "raw_path": request.scope["raw_path"].decode(),
            "path": request.scope["path"],
            "query": request.scope["query_string"].decode(),
            "headers": [[key.decode(), value.decode()] for key, value in request.scope["headers"]],
            "bytes": size,
            "sha256": digest.hexdigest(),
            "user": [str(principal.user_id), principal.name, principal.role, sorted(principal.scopes)],
        }
        app.state.seen.append(seen)
        return seen
