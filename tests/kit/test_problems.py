"""Every error is one shape, carries the request's id, and says nothing of our insides."""

import httpx
import pytest
from fastapi import FastAPI

from services.kit.http.internal_auth import InternalTokens
from services.kit.testing.apps import TEST_SECRET, a_user, client_of

REQUEST_ID = {"x-request-id": "mine-1"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "pointers"),
    [
        ("GET", "/v1/nothing", None, 404, "not_found", []),
        ("DELETE", "/v1/things", None, 405, "method_not_allowed", []),
        ("GET", "/v1/things/7", None, 404, "not_found", []),
        ("GET", "/v1/things/x", None, 422, "validation_failed", ["/path/thing_id"]),
        ("GET", "/v1/things?limit=0", None, 422, "validation_failed", ["/query/limit"]),
        ("GET", "/v1/things?cursor=!", None, 400, "invalid_cursor", []),
        ("POST", "/v1/things", b"{", 400, "invalid_json", []),
        ("POST", "/v1/things", b"{}", 422, "validation_failed", ["/name"]),
        ("POST", "/v1/things", b'{"name": ""}', 422, "validation_failed", ["/name"]),
        ("POST", "/v1/things", b'{"name": "' + b"x" * 10_000 + b'"}', 413, "content_too_large", []),
        ("GET", "/v1/mistake", None, 500, "internal_error", []),
    ],
)
async def test_an_error_is_a_problem_document(
    client: httpx.AsyncClient, method: str, path: str, body: bytes | None, status: int, code: str, pointers: list[str]
) -> None:
    headers = {**REQUEST_ID, "content-type": "application/json"}
    answer = await client.request(method, path, content=body, headers=headers)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["instance"] == path.partition("?")[0]
    assert problem["request_id"] == answer.headers["x-request-id"] == "mine-1"
    assert [error["pointer"] for error in problem["errors"]] == pointers
    assert "secret detail" not in answer.text


async def test_a_body_without_a_length_is_counted(client: httpx.AsyncClient) -> None:
    async def endless():
        for _ in range(100):
            yield b" " * 1000

    answer = await client.post("/v1/things", content=endless(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")


async def test_an_unsafe_request_id_is_replaced(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things", headers={"x-request-id": "a b\tc"})
    assert answer.headers["x-request-id"].startswith("req_")


def test_a_token_is_for_one_audience_and_one_secret() -> None:
    ours, theirs = InternalTokens(TEST_SECRET, "gateway"), InternalTokens("x" * 40, "gateway")
    assert ours.verify(ours.mint("things", a_user(1)), "things") == a_user(1)
    for token in (ours.mint("catalog", a_user(1)), theirs.mint("things", a_user(1)), "garbage", ""):
        with pytest.raises(Exception, match="ask the gateway"):
            ours.verify(token, "things")


async def test_no_route_answers_without_a_token(app: FastAPI) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as stranger:
        answers = {path: (await stranger.get(path)).status_code for path in ("/v1/things", "/internal/x", "/nothing")}
        assert answers == {"/v1/things": 401, "/internal/x": 401, "/nothing": 401}
        assert (await stranger.get("/livez")).status_code == 200
        assert (await stranger.get("/readyz")).json() == {
            "status": "ready",
            "checks": {"database": "ok"},
        }
        assert b"pictor_http_requests_total" in (await stranger.get("/metrics")).content


async def test_internal_paths_are_for_services_only(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert (await client.get("/internal/x")).status_code == 403
    async with client_of(app, "things") as service:
        assert (await service.get("/internal/x")).status_code == 404


async def test_the_document_declares_every_error_as_a_problem(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    create = document["paths"]["/v1/things"]["post"]
    assert create["security"] == [{"bearer": ["things:write"]}]
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    errors = {status: answer["content"] for status, answer in create["responses"].items() if status >= "400"}
    assert {"400", "401", "403", "409", "422", "429", "500", "503"} <= errors.keys()
    assert all(content == problem for content in errors.values())
    assert "HTTPValidationError" not in document["components"]["schemas"]
