"""Passing requests on, over real sockets."""

import hashlib
from collections.abc import AsyncIterator

import httpx
import jwt
import pytest

from services.kit.testing.apps import TEST_SECRET
from tests.gateway.fakes import PIECE, PIECES
from tests.gateway.stage import Stage, bearer
from tests.gateway.test_contracts import NASTY

MIB = 1024 * 1024


def headers_of(seen: dict[str, list[list[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in seen["headers"]:
        found.setdefault(name, []).append(value)
    return found


async def test_a_request_arrives_as_the_user_sent_it(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", "similarity")
    user = await gateway.register()
    key = await gateway.a_key(await gateway.sign_in(), "images:read", "classify")
    path = "/v1/images/0197a3c0-0000-7000-8000-000000000000"
    query = "q=a%20b%2Fc&q=%2e%2e&empty=&%C3%A9=1"
    answer = await gateway.client.get(f"{path}?{query}", headers=bearer(key["key"]))
    seen = answer.json()
    assert answer.status_code == 200
    assert (seen["service"], seen["method"], seen["raw_path"], seen["query"]) == ("a fake catalog", "GET", path, query)
    assert seen["user"] == [user["id"], "ada", "admin", ["classify", "images:read"]]
    similar = await gateway.client.get(f"{path}/similar", headers=bearer(key["key"]))
    assert similar.json()["service"] == "a fake similarity"


async def test_the_path_keeps_its_bytes(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    session = await gateway.joined()
    raw = "/v1/labels/caf%c3%a9%20(noir)~'*;=,@!$&+"
    seen = (await gateway.client.get(raw, headers=session)).json()
    assert (seen["raw_path"], seen["path"]) == (raw, "/v1/labels/caf\u00e9 (noir)~'*;=,@!$&+")


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/v1/images:check", "images:read"),
        ("/v1/images:batchUpdate", "images:write"),
        ("/v1/images/0197a3c0-0000-7000-8000-000000000000/labels/n02093428:confirm", "images:write"),
        ("/v1/images/0197a3c0-0000-7000-8000-000000000000:reprocess", "images:write"),
    ],
)
async def test_a_path_with_an_action_arrives_with_its_body(stage: Stage, path: str, scope: str) -> None:
    gateway = await stage.gateway("catalog")
    session = await gateway.joined()
    body = b"" if path.endswith(":reprocess") else b'{"sha256": []}'
    able = bearer((await gateway.a_key(session, scope))["key"])
    seen = (await gateway.client.post(path, content=body, headers=able)).json()
    assert (seen["service"], seen["method"], seen["raw_path"]) == ("a fake catalog", "POST", path)
    assert (seen["bytes"], seen["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    others = bearer((await gateway.a_key(session, "classify"))["key"])
    refused = await gateway.client.post(path, content=body, headers=others)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert (await gateway.client.post(path.replace(":", "%3A"), headers=able)).status_code == 404
    assert len(gateway.fakes["catalog"].state.seen) == 1


async def test_headers_of_one_connection_and_of_identity_do_not_cross(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    sent = {
        **session,
        "cookie": "a=b",
        "connection": "x-private, keep-alive",
        "x-private": "1",
        "keep-alive": "timeout=5",
        "te": "trailers",
        "proxy-authorization": "Basic x",
        "upgrade": "h2c",
        "x-forwarded-for": "10.0.0.1",
        "x-forwarded-host": "elsewhere",
        "forwarded": "for=10.0.0.1",
        "x-request-id": "mine-1",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "if-none-match": '"x"',
        "prefer": "wait=5",
        "range": "bytes=0-1",
        "accept-encoding": "identity",
    }
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        answer = await client.get("/v1/images", headers=sent)
    arrived = headers_of(answer.json())
    token = arrived.pop("authorization")[0].removeprefix("Bearer ")
    claims = jwt.decode(token, TEST_SECRET, algorithms=["HS256"], audience="catalog")
    assert (claims["iss"], claims["exp"] - claims["iat"], claims["name"]) == ("gateway", 60, "ada")
    assert session["authorization"] not in str(answer.json())
    assert arrived.pop("host")[0].startswith("127.0.0.1:")
    assert arrived == {
        "accept": ["*/*"],
        "accept-encoding": ["identity"],
        "user-agent": [f"python-httpx/{httpx.__version__}"],
        "x-request-id": ["mine-1"],
        "traceparent": [sent["traceparent"]],
        "if-none-match": ['"x"'],
        "prefer": ["wait=5"],
        "range": ["bytes=0-1"],
    }
    assert answer.headers["x-request-id"] == "mine-1"


async def test_headers_of_the_inner_connection_do_not_come_out(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        answer = await client.get("/v1/fake/hop", headers=session)
        assert not client.cookies
    assert answer.headers["x-own"] == "1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not {"connection", "keep-alive", "x-private", "set-cookie"} & set(answer.headers)
    for single in ("date", "server", "x-request-id"):
        assert len(answer.headers.get_list(single)) == 1


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_streams_in_whole(stage: Stage, declared: bool) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    block = bytes(range(256)) * 4096

    async def body() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield block

    headers = {**session, "content-type": "image/png"} | ({"content-length": str(20 * MIB)} if declared else {})
    async with httpx.AsyncClient(base_url=gateway.url, timeout=30) as client:
        answer = await client.post("/v1/images", content=body(), headers=headers)
    seen = answer.json()
    assert (seen["bytes"], seen["sha256"]) == (20 * MIB, hashlib.sha256(block * 20).hexdigest())
    arrived = headers_of(seen)
    assert arrived["content-type"] == ["image/png"]
    framing = {name: arrived[name] for name in ("content-length", "transfer-encoding") if name in arrived}
    assert framing == ({"content-length": [str(20 * MIB)]} if declared else {"transfer-encoding": ["chunked"]})


async def test_an_answer_streams_out_whole_and_undecoded(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    async with (
        httpx.AsyncClient(base_url=gateway.url) as client,
        client.stream("GET", "/v1/fake/bytes", headers=session) as answer,
    ):
        digest = hashlib.sha256()
        async for chunk in answer.aiter_raw():
            digest.update(chunk)
    assert digest.digest() == hashlib.sha256(PIECE * PIECES).digest()
    assert answer.headers["content-length"] == str(len(PIECE) * PIECES)
    assert (answer.headers["content-encoding"], answer.headers["etag"]) == ("x-fake", '"fake"')


async def test_no_nasty_path_gets_through_over_the_wire(stage: Stage) -> None:
    """As a server hands them over: httptools' parser refuses some, the gateway the rest."""
    gateway = await stage.gateway("catalog", "classifier", "similarity", anonymous_rate_burst=1000)
    session = await gateway.joined()
    for path in NASTY:
        if path == "/":
            continue
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in session.items()],
            "client": ("127.0.0.1", 1),
            "state": {},
        }
        sent: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            raise AssertionError("the body was read")

        async def send(message: dict[str, object], sent: list[dict[str, object]] = sent) -> None:
            sent.append(message)

        await gateway.app(scope, receive, send)
        assert sent[0]["status"] == 404, path
    assert [fake.state.seen for fake in gateway.fakes.values()] == [[], [], []]


async def test_scopes_come_from_the_contract(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", "classifier")
    session = await gateway.joined()
    reader = bearer((await gateway.a_key(session, "images:read"))["key"])
    assert (await gateway.client.get("/v1/images", headers=reader)).status_code == 200
    for method, path, scope in [
        ("POST", "/v1/images", "images:write"),
        ("POST", "/v1/classify", "classify"),
        ("GET", "/v1/admin/things", "admin"),
        ("GET", "/v1/api-keys", "account"),
    ]:
        refused = await gateway.client.request(method, path, headers=reader)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
        assert scope in refused.json()["detail"]
    assert (await gateway.client.get("/v1/admin/things", headers=session)).status_code == 200


async def test_a_query_or_head_out_of_bounds_is_refused(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    session = await gateway.joined()
    long = await gateway.client.get("/v1/images", params={"q": "a" * 9000}, headers=session)
    assert (long.status_code, long.json()["code"]) == (414, "uri_too_long")
    wide = await gateway.client.get("/v1/images", headers={**session, "x-wide": "a" * 33_000})
    assert (wide.status_code, wide.json()["code"]) == (431, "headers_too_large")
    coded = await gateway.client.post("/v1/images", headers={**session, "transfer-encoding": "gzip, chunked"})
    assert (coded.status_code, coded.json()["code"]) == (400, "bad_request")
    assert gateway.fakes["catalog"].state.seen == []


async def test_unknown_methods_and_paths_are_problems(stage: Stage) -> None:
    gateway = await stage.gateway()
    wrong = await gateway.client.put("/v1/images", headers={"x-request-id": "r-1"})
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert wrong.json() == {
        "type": "urn:pictor:problem:method_not_allowed",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": "This path knows GET, HEAD, OPTIONS, POST.",
        "instance": "/v1/images",
        "code": "method_not_allowed",
        "request_id": "r-1",
        "errors": [],
    }
    own = await gateway.client.put("/v1/me")
    assert (own.status_code, own.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert (await gateway.client.get("/v1/nothing")).json()["code"] == "not_found"
