"""What is refused is refused before one byte of body is read: on real sockets, with a real uvicorn."""

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Message

from tests.gateway.contracts import UPLOAD_LIMIT
from tests.gateway.stage import PASSWORD, Gateway, Stage, bearer, served
from tests.gateway.wire import CountingApp, Wire

SIZE = 20 * 1024 * 1024
IMAGE = {"content-type": "image/png", "content-length": str(SIZE)}


async def refused_early(
    gateway: Gateway, line: str, headers: dict[str, str]
) -> tuple[str, dict[str, str], CountingApp]:
    """Send a head that announces a body, and no body; the answer must come all the same."""
    app = CountingApp(gateway.app)
    async with served(app) as url:
        wire = await Wire.to(url)
        await wire.send(line, headers)
        status, answered = await wire.head()
        assert (await wire.rest()).startswith(b'{"type":"urn:pictor:problem:')
        await wire.close()
    return status, answered, app


@pytest.mark.parametrize("framing", [{"content-length": str(SIZE)}, {"transfer-encoding": "chunked"}])
@pytest.mark.parametrize("expect", [{}, {"expect": "100-continue"}])
async def test_a_stranger_is_answered_before_its_body(
    stage: Stage, framing: dict[str, str], expect: dict[str, str]
) -> None:
    gateway = await stage.gateway("catalog")
    status, answered, app = await refused_early(gateway, "POST /v1/images HTTP/1.1", {**framing, **expect})
    assert status == "HTTP/1.1 401 Unauthorized"  # and no "100 Continue" before it
    assert answered["connection"] == "close"
    assert (app.receives, app.body_bytes) == (0, 0)
    assert gateway.fakes["catalog"].state.seen == []


async def test_the_order_of_refusals(stage: Stage) -> None:
    """Each request deserves this refusal and every later one."""
    gateway = await stage.gateway("catalog", rate_per_s=0.01, rate_burst=2)
    session = await gateway.joined()
    reader = bearer((await gateway.a_key(session, "images:read"))["key"])
    large = {"content-length": str(UPLOAD_LIMIT + 1)}
    await gateway.client.get("/v1/me", headers=session)
    for line, headers, wanted in [
        ("POST /v1/nothing HTTP/1.1", large, "404 Not Found"),
        ("PUT /v1/images HTTP/1.1", large, "405 Method Not Allowed"),
        ("POST /v1/images HTTP/1.1", large, "401 Unauthorized"),
        ("POST /v1/images HTTP/1.1", {**large, **reader}, "403 Forbidden"),
        ("POST /v1/images HTTP/1.1", {**large, **session}, "413 Request Entity Too Large"),
        ("POST /v1/images HTTP/1.1", {**IMAGE, **session}, "429 Too Many Requests"),
    ]:
        status, answered, app = await refused_early(gateway, line, headers)
        assert status == f"HTTP/1.1 {wanted}"
        assert answered["connection"] == "close"
        assert answered["content-type"] == "application/problem+json"
        assert (app.receives, app.body_bytes) == (0, 0)
    assert gateway.fakes["catalog"].state.seen == []


async def test_a_client_that_sends_at_once_still_reads_the_refusal(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    app = CountingApp(gateway.app)
    async with served(app) as url:
        answer = await asyncio.to_thread(httpx.post, f"{url}/v1/images", content=bytes(SIZE))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert (app.receives, app.body_bytes) == (0, 0)


async def test_the_admitted_are_told_to_continue(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    wire = await Wire.to(gateway.url)
    await wire.send("POST /v1/images HTTP/1.1", {**session, "expect": "100-continue", "content-length": "5"})
    assert await wire.head() == ("HTTP/1.1 100 Continue", {})
    wire.writer.write(b"12345")
    status, _ = await wire.head()
    assert status == "HTTP/1.1 200 OK"
    await wire.close()
    seen = gateway.fakes["catalog"].state.seen[0]
    assert (seen["bytes"], "expect" in dict(seen["headers"])) == (5, False)


async def test_a_connection_whose_body_was_read_stays_open(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    wire = await Wire.to(gateway.url)
    for _ in range(3):
        await wire.send("POST /v1/images HTTP/1.1", {**session, "content-length": "5"}, b"12345")
        status, answered = await wire.head()
        assert (status, "connection" in answered) == ("HTTP/1.1 200 OK", False)
        await wire.reader.readexactly(int(answered["content-length"]))
    await wire.close()


async def test_the_connection_outlives_the_refusal_of_a_client_that_is_still_sending(stage: Stage) -> None:
    gateway = await stage.gateway(over_http=True, linger_s=0.5)
    wire = await Wire.to(gateway.url)
    started = time.monotonic()
    await wire.send("POST /v1/images HTTP/1.1", {"content-length": str(SIZE)})
    _, answered = await wire.head()
    await wire.reader.readexactly(int(answered["content-length"]))
    assert not wire.reader.at_eof()
    assert await wire.rest() == b""
    assert time.monotonic() - started > 0.45
    await wire.close()


async def test_an_open_page_does_not_swallow_a_body(stage: Stage) -> None:
    gateway = await stage.gateway()
    app = CountingApp(gateway.app)
    async with served(app) as url:
        wire = await Wire.to(url)
        await wire.send("GET /docs HTTP/1.1", {"content-length": "1000"})
        status, answered = await wire.head()
        await wire.rest()
        await wire.close()
    assert (status, answered["connection"], app.body_bytes) == ("HTTP/1.1 200 OK", "close", 0)


async def test_a_chunked_body_that_runs_over_is_cut(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    session = await gateway.joined()
    app = CountingApp(gateway.app)
    async with served(app) as url:
        wire = await Wire.to(url)
        await wire.send("POST /v1/images HTTP/1.1", {**session, "transfer-encoding": "chunked"})
        chunk = b"%x\r\n" % 65_536 + bytes(65_536) + b"\r\n"

        async def flood() -> None:
            for _ in range(2000):
                wire.writer.write(chunk)
                await wire.writer.drain()

        flooding = asyncio.create_task(flood())
        status, answered = await wire.head()
        flooding.cancel()
        await asyncio.gather(flooding, return_exceptions=True)
        await wire.close()
    assert (status, answered["connection"]) == ("HTTP/1.1 413 Request Entity Too Large", "close")
    assert UPLOAD_LIMIT < app.body_bytes <= UPLOAD_LIMIT + 256 * 1024
    await asyncio.wait_for(gateway.fakes["catalog"].state.cancelled.wait(), 60)
    assert gateway.fakes["catalog"].state.seen == []


async def test_a_limit_of_nothing_takes_nothing(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    session = await gateway.joined()
    path = "/v1/images/0197a3c0:reprocess"
    assert (await gateway.client.post(path, headers=session)).status_code == 200
    refused = await gateway.client.post(path, content=b"1", headers=session)
    assert (refused.status_code, refused.json()["code"]) == (413, "content_too_large")


async def test_own_routes_have_a_limit_too(stage: Stage) -> None:
    gateway = await stage.gateway(over_http=True)
    headers = {"content-type": "application/json"}

    def body() -> Iterator[bytes]:
        yield b'{"name": "ada", "password": "' + PASSWORD.encode()
        for _ in range(40):
            yield b" " * 65_536
        yield b'"}'

    for content in (body(), bytes(2**20 + 1)):
        answer = await asyncio.to_thread(httpx.post, f"{gateway.url}/v1/users", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")
        assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("path", ["/v1/images", "/v1/users"])
async def test_a_body_that_stalls_is_given_up(stage: Stage, path: str) -> None:
    gateway = await stage.gateway("catalog", over_http=True, body_idle_s=0.2)
    session = await gateway.joined()
    wire = await Wire.to(gateway.url)
    headers = {**session, "content-length": "100", "content-type": "application/json"}
    await wire.send(f"POST {path} HTTP/1.1", headers, b"12345")
    status, answered = await wire.head()
    assert (status, answered["connection"]) == ("HTTP/1.1 408 Request Timeout", "close")
    assert b"must not pause for 0.2 s" in await wire.rest()
    await wire.close()


async def test_a_body_that_trickles_is_given_up(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True, body_total_s=0.5)
    session = await gateway.joined()
    wire = await Wire.to(gateway.url)
    await wire.send("POST /v1/images HTTP/1.1", {**session, "content-length": "1000"})

    async def trickle() -> None:
        for _ in range(1000):
            wire.writer.write(b"1")
            await asyncio.sleep(0.02)

    trickling = asyncio.create_task(trickle())
    status, _ = await wire.head()
    trickling.cancel()
    await asyncio.gather(trickling, return_exceptions=True)
    await wire.close()
    assert status == "HTTP/1.1 408 Request Timeout"
    assert gateway.fakes["catalog"].state.seen == []


TWICE_FRAMED = [
    ["content-length: 4", "transfer-encoding: chunked"],
    ["content-length: 4", "content-length: 5"],
    ["content-length: +4"],
    ["content-length: 4, 4"],
    ["content-length: 0x4"],
    ["transfer-encoding: chunked, identity"],
    ["transfer-encoding: identity"],
    ["transfer-encoding : chunked"],
    ["transfer-encoding:\x0bchunked"],
    ["x: 1", " transfer-encoding: chunked"],
]


async def test_a_body_framed_in_two_ways_reaches_nobody(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    for framing in TWICE_FRAMED:
        signed = f"authorization: {session['authorization']}"
        head = "\r\n".join(["POST /v1/images HTTP/1.1", "host: test", signed, *framing, "", ""])
        wire = await Wire.to(gateway.url)
        wire.writer.write(head.encode() + b"0\r\n\r\nGET /v1/images HTTP/1.1\r\nhost: smuggled\r\n\r\n")
        status, answered = await wire.head()
        rest = await wire.rest()
        await wire.close()
        assert (status, answered["connection"]) == ("HTTP/1.1 400 Bad Request", "close"), framing
        assert b"HTTP/1.1" not in rest
    assert gateway.fakes["catalog"].state.seen == []


async def test_what_follows_a_refused_body_is_not_taken_for_a_request(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    wire = await Wire.to(gateway.url)
    await wire.send("POST /v1/images HTTP/1.1", {"content-length": "5"}, b"12345")
    await wire.send("GET /v1/images HTTP/1.1", session)
    status, _ = await wire.head()
    assert status == "HTTP/1.1 401 Unauthorized"
    assert b"HTTP/1.1" not in await wire.rest()
    await wire.close()
    assert gateway.fakes["catalog"].state.seen == []


async def test_a_websocket_is_refused(stage: Stage) -> None:
    gateway = await stage.gateway()
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await gateway.app({"type": "websocket", "path": "/v1/images", "headers": []}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]
