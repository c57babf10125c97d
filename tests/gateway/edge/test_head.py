"""HEAD wherever GET is, OPTIONS and 405 everywhere: over real sockets."""

import asyncio

import httpx
import pytest

from tests.gateway.fakes import PIECE, PIECES
from tests.gateway.stage import Stage
from tests.gateway.wire import Wire

PAGES = ("/", "/docs", "/docs/init.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js")
PASSING = {"date", "x-request-id", "ratelimit", "transfer-encoding"}
"""What differs between any two answers, and what frames a body that HEAD has not."""


def lasting(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in PASSING}


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
async def test_head_has_the_headers_of_get_and_no_content(stage: Stage, accepted: str) -> None:
    gateway = await stage.gateway("catalog", "classifier", "similarity", over_http=True)
    session = await gateway.joined()
    paths = [*PAGES, "/livez", "/readyz", "/v1/me", "/v1/status", "/v1/openapi.json", "/v1/api-keys", "/v1/fake/json"]
    paths += ["/v1/fake/bytes", "/v1/fake/broken", "/v1/nothing", "/v1/fake/json?count=20000", "/v1/images/1/similar"]
    async with httpx.AsyncClient(base_url=gateway.url, headers={**session, "accept-encoding": accepted}) as client:
        for path in paths:
            if path == "/v1/fake/bytes":
                async with client.stream("GET", path) as got:
                    pass  # its coding is a fake
            else:
                got = await client.get(path)
            head = await client.head(path)
            assert (head.status_code, head.content) == (got.status_code, b""), path
            assert lasting(head) == lasting(got), path
        whole = await client.head("/v1/fake/bytes", headers={"range": "bytes=0-1"})
    assert (whole.status_code, whole.headers["content-length"]) == (200, str(len(PIECE) * PIECES))


async def test_the_connection_serves_the_next_request_after_a_head(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    wire = await Wire.to(gateway.url)
    for path in ("/v1/fake/bytes", "/v1/fake/json", "/v1/nothing", "/docs/swagger-ui-bundle.js"):
        await wire.send(f"HEAD {path} HTTP/1.1", session)
        status, headers = await wire.head()
        assert status == ("HTTP/1.1 404 Not Found" if path == "/v1/nothing" else "HTTP/1.1 200 OK")
        assert int(headers["content-length"]) > 0
    await wire.send("GET /v1/me HTTP/1.1", session)
    status, _ = await wire.head()
    assert status == "HTTP/1.1 200 OK"
    await wire.close()


async def test_a_head_does_not_read_what_nobody_gets(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    async with httpx.AsyncClient(base_url=gateway.url, headers=session) as client:
        for _ in range(20):
            assert (await client.head("/v1/fake/bytes")).status_code == 200
    upstream = gateway.app.state.process.upstreams["catalog"]
    async with asyncio.timeout(20):
        while upstream._places._value < 100:  # noqa: ASYNC110 - a semaphore tells nobody that it is full
            await asyncio.sleep(0.01)


async def test_head_is_counted_and_refused_as_get_is(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", rate_per_s=0.1, rate_burst=2)
    session = await gateway.joined()
    answers = [await gateway.client.head("/v1/fake/json", headers=session) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (await gateway.client.head("/v1/fake/json")).status_code == 401


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/images", "GET, HEAD, OPTIONS, POST"),
        ("/v1/images/0197a3c0-0000-7000-8000-000000000000", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("/v1/classify", "OPTIONS, POST"),
        ("/v1/sessions", "DELETE, OPTIONS, POST"),
        ("/docs", "GET, HEAD, OPTIONS"),
        ("/livez", "GET, HEAD, OPTIONS"),
        ("/metrics", "GET, HEAD, OPTIONS"),
    ],
)
async def test_options_names_the_methods_and_others_are_405(stage: Stage, path: str, allowed: str) -> None:
    gateway = await stage.gateway("catalog", "classifier")
    options = await gateway.client.options(path)
    assert (options.status_code, options.headers["allow"], options.content) == (204, allowed, b"")
    refused = [name for name in ("GET", "HEAD", "POST", "TRACE", "FOO") if name not in allowed]
    for method in refused:
        answer = await gateway.client.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed), method
    assert (await gateway.client.options("/v1/nothing")).status_code == 404


async def test_options_of_the_whole_server(stage: Stage) -> None:
    gateway = await stage.gateway(over_http=True)
    wire = await Wire.to(gateway.url)
    await wire.send("OPTIONS * HTTP/1.1", {})
    status, headers = await wire.head()
    assert (status, headers["allow"]) == ("HTTP/1.1 204 No Content", "delete, get, head, options, patch, post, put")
    await wire.close()
