"""The internal token: without a good one no operation answers, and no byte of a body is read."""

import time
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import jwt
import pytest

from services.kit.http.internal_auth import InternalTokens
from services.kit.http.openapi import operations
from services.kit.principal import service_principal
from services.kit.testing.apps import TEST_SECRET, a_user
from tests.catalog.factories import NOTHING, RunningCatalog
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
BODIES = {
    "/v1/images": b"{}",
    "/v1/images:upload": b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n{}\r\n--x--\r\n',
    "/v1/images:check": b'{"sha256": ["%s"]}' % (b"0" * 64),
    "/v1/images:batchUpdate": b'{"updates": [{"id": "00000000-0000-0000-0000-000000000001"}]}',
}
KINDS = {"/v1/images": "image/jpeg", "/v1/images:upload": "multipart/form-data; boundary=x"}


def claims(**changed: object) -> dict[str, object]:
    now = int(time.time())
    good = {"iss": "gateway", "aud": "catalog", "iat": now, "exp": now + 60, "sub": str(uuid4()), "name": "eve"}
    return {**good, "role": "member", "scopes": ["images:read"], **changed}


def signed(content: dict[str, object], *, secret: str = TEST_SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(content, secret, algorithm=algorithm)


def a_name_each() -> dict[str, object]:
    """Something for every placeholder of a path."""
    ids = dict.fromkeys(("image_id", "collection_id", "operation_id", "secret", "download_id", "owner_id"), uuid4())
    return {**ids, "label_id": "n02084071", "preset": "thumb"}


def bad_tokens() -> dict[str, str | None]:
    now = int(time.time())
    unsigned = jwt.encode(claims(), key="", algorithm="none")
    return {
        "none": None,
        "empty": "",
        "no bearer": f"Basic {signed(claims())}",
        "garbage": "Bearer x.y.z",
        "another secret": f"Bearer {signed(claims(), secret='x' * 40)}",
        "no signature": f"Bearer {unsigned}",
        "another algorithm": f"Bearer {signed(claims(), algorithm='HS512', secret=TEST_SECRET)}",
        "for another service": f"Bearer {signed(claims(aud='similarity'))}",
        "expired": f"Bearer {signed(claims(iat=now - 120, exp=now - 60))}",
        "of a long life": f"Bearer {signed(claims(exp=now + 3600))}",
        "of an odd user": f"Bearer {signed(claims(sub='ada'))}",
        "without a name": f"Bearer {signed({key: value for key, value in claims().items() if key != 'name'})}",
    }


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_no_operation_answers_without_a_good_token(shared_catalog: RunningCatalog) -> None:
    transport = httpx.ASGITransport(shared_catalog.app)
    tokens = bad_tokens()
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        asked = 0
        for (method, path), _ in operations(shared_catalog.app.openapi()):
            here = path.format_map(a_name_each())
            for name, token in tokens.items():
                headers = {} if token is None else {"authorization": token}
                answer = await client.request(method, here, headers=headers, content=b"{}")
                assert_problem(answer, 401, "unauthenticated")
                assert answer.headers["www-authenticate"] == 'Bearer realm="pictor"', name
                asked += 1
    assert asked > 20 * len(tokens)
    assert await shared_catalog.contents() == NOTHING


async def test_no_byte_of_a_body_is_read_before_the_token(shared_catalog: RunningCatalog) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield bytes(65536)

    transport = httpx.ASGITransport(shared_catalog.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.post("/v1/images", content=body(), headers={"content-type": "image/jpeg"})
    assert_problem(answer, 401, "unauthenticated")
    assert read == 0


async def test_what_is_internal_is_for_services_alone(shared_catalog: RunningCatalog) -> None:
    for method, path in (("POST", "/internal/images:lookup"), ("GET", f"/internal/coverage?viewer_id={uuid4()}")):
        answer = await shared_catalog.client.request(method, path, json={"viewer_id": str(uuid4()), "ids": []})
        assert_problem(answer, 403, "forbidden")


async def test_a_service_has_no_images_of_its_own(shared_catalog: RunningCatalog) -> None:
    for (method, path), operation in operations(shared_catalog.app.openapi()):
        if path.startswith("/internal/") or path == "/v1/models":  # models are nobody's
            continue
        here = path.format_map(a_name_each())
        body = BODIES.get(path, b'{"name": "x"}')
        kind = KINDS.get(path, "application/json")
        if "collection" not in path and method == "PATCH":
            body = b'{"title": "x"}'
        sent = {"content": body, "headers": {"content-type": kind}} if "requestBody" in operation else {}
        answer = await shared_catalog.service.request(method, here, **sent)
        assert_problem(answer, 403, "forbidden")


async def test_health_is_open_to_all(shared_catalog: RunningCatalog) -> None:
    transport = httpx.ASGITransport(shared_catalog.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/livez")).json() == {"status": "alive"}
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()) == (
            200, {"status": "ready", "checks": {"database": "ok", "store": "ok"}},
        )  # fmt: skip
        metrics = await client.get("/metrics")
        assert "pictor_http_requests_total" in metrics.text


async def test_tokens_are_signed_for_one_service_and_one_person() -> None:
    tokens = InternalTokens(TEST_SECRET, "gateway")
    assert tokens.verify(tokens.mint("catalog", a_user(1)), "catalog") == a_user(1)
    assert tokens.verify(tokens.mint("catalog", service_principal("x")), "catalog").is_service
