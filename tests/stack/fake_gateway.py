"""A fake of the gateway's identity: users, sessions, keys, in memory, with the answers of the real one."""

import itertools

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

URL = "http://gateway.test"


class FakeGateway:
    """`fail_at` names a path that answers 503 until it is set to None."""

    def __init__(self) -> None:
        self.users: dict[str, str] = {}
        self.keys: set[str] = set()
        self.fail_at: str | None = None
        self._numbers = itertools.count(1)

    def client(self) -> httpx.AsyncClient:
        paths = {"/v1/users": self._user, "/v1/sessions": self._session, "/v1/api-keys": self._key}
        routes = [Route(path, handler, methods=["POST"]) for path, handler in paths.items()]
        app = Starlette(routes=[*routes, Route("/v1/me", self._me)])
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL)

    async def _user(self, request: Request) -> JSONResponse:
        body = await request.json()
        if self.fail_at == request.url.path:
            return JSONResponse({"code": "unavailable"}, 503)
        if body["name"] in self.users:
            return JSONResponse({"code": "name_taken"}, 409)
        self.users[body["name"]] = body["password"]
        return JSONResponse({"name": body["name"]}, 201)

    async def _session(self, request: Request) -> JSONResponse:
        body = await request.json()
        if self.fail_at == request.url.path:
            return JSONResponse({"code": "unavailable"}, 503)
        if self.users.get(body["name"]) != body["password"]:
            return JSONResponse({"code": "wrong_credentials"}, 401)
        return JSONResponse({"token": f"session of {body['name']}"}, 201)

    async def _key(self, request: Request) -> JSONResponse:
        body = await request.json()
        if self.fail_at == request.url.path:
            return JSONResponse({"code": "unavailable"}, 503)
        if not request.headers.get("authorization", "").startswith("Bearer session of "):
            return JSONResponse({"code": "unauthenticated"}, 401)
        if set(body) != {"name", "scopes"}:
            return JSONResponse({"code": "invalid"}, 422)
        key = f"pk_{next(self._numbers)}"
        self.keys.add(key)
        return JSONResponse({"key": key}, 201)

    async def _me(self, request: Request) -> JSONResponse:
        known = request.headers.get("authorization", "").removeprefix("Bearer ") in self.keys
        return JSONResponse({"name": "admin"} if known else {"code": "unauthenticated"}, 200 if known else 401)
