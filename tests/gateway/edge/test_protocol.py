"""What is no HTTP: refused by the server before there is a request, as a problem document, and the connection ends."""

import asyncio
import json

import pytest

from services.kit.http.protocol import MAX_HEAD
from tests.gateway.stage import Stage
from tests.gateway.wire import Wire

MALFORMED = {
    "no method": b"\r\n\r\n \r\n",
    "unknown method": b"BREW /pot HTTP/1.1\r\nhost: a\r\n\r\n",
    "no version": b"GET / HTTX/1.1\r\n\r\n",
    "unknown version": b"GET / HTTP/4.7\r\n\r\n",
    "space in a header's name": b"GET / HTTP/1.1\r\na b: c\r\n\r\n",
    "no colon": b"GET / HTTP/1.1\r\nnonsense\r\n\r\n",
    "control byte in a value": b"GET / HTTP/1.1\r\na: \x00\r\n\r\n",
    "bytes beyond ASCII in the target": b"GET /\xff HTTP/1.1\r\n\r\n",
    "no path": b"CONNECT example.org:443 HTTP/1.1\r\n\r\n",
    "length that is no number": b"POST /v1/users HTTP/1.1\r\ncontent-length: x\r\n\r\n",
    "bad chunk": b"POST /v1/users HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303"),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("kind", MALFORMED)
async def test_a_malformed_request_is_a_problem_and_the_connection_is_closed(stage: Stage, kind: str) -> None:
    gateway = await stage.gateway(over_http=True)
    wire = await Wire.to(gateway.url)
    wire.writer.write(MALFORMED[kind])
    status, headers = await wire.head()
    body = await asyncio.wait_for(wire.reader.read(), 10)
    problem = json.loads(body)
    assert status == "HTTP/1.1 400 Bad Request"
    assert (headers["content-type"], headers["connection"]) == ("application/problem+json", "close")
    assert int(headers["content-length"]) == len(body)
    assert (problem["status"], problem["code"]) == (400, "malformed_request")
    assert problem["detail"].startswith("This is not a valid HTTP request: ")
    assert problem["request_id"] == headers["x-request-id"]
    await wire.close()


@pytest.mark.parametrize(
    "endless",
    [
        b"GET /" + b"a" * (2 * MAX_HEAD),
        b"GET / HTTP/1.1\r\nx: " + b"a" * (2 * MAX_HEAD),
        b"GET / HTTP/1.1\r\n" + b"x: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 4000,
        b"POST /v1/users HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1;x=" + b"a" * (9 * MAX_HEAD),
    ],
    ids=["target", "value", "headers", "chunk extension"],
)
async def test_a_head_without_end_is_refused_before_it_fills_the_memory(stage: Stage, endless: bytes) -> None:
    gateway = await stage.gateway(over_http=True)
    wire = await Wire.to(gateway.url)
    wire.writer.write(endless)
    status, headers = await wire.head()
    problem = json.loads(await asyncio.wait_for(wire.reader.read(), 10))
    assert (status, headers["connection"]) == ("HTTP/1.1 431 Request Header Fields Too Large", "close")
    assert (problem["status"], problem["code"]) == (431, "headers_too_large")
    await wire.close()


async def test_garbage_behind_a_request_does_not_answer_for_it(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    wire = await Wire.to(gateway.url)
    await wire.send("GET /v1/fake/json HTTP/1.1", session, b"\x00\x01 nonsense\r\n\r\n")
    status, headers = await wire.head()
    body = await asyncio.wait_for(wire.reader.read(), 10)
    assert status == "HTTP/1.1 200 OK"
    assert len(body) == int(headers["content-length"])  # and no second answer behind it
    await wire.close()


async def test_trailers_do_not_become_headers(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    wire = await Wire.to(gateway.url)
    chunked = {**session, "transfer-encoding": "chunked", "connection": "close"}
    await wire.send("POST /v1/images HTTP/1.1", chunked, b"1\r\na\r\n0\r\nx-late: 1\r\n\r\n")
    status, _ = await wire.head()
    seen = json.loads(await wire.rest())
    assert status == "HTTP/1.1 200 OK"
    assert (seen["bytes"], [name for name, _ in seen["headers"] if name == "x-late"]) == (1, [])
    await wire.close()


async def test_a_large_body_is_no_large_head(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    size = 5 * MAX_HEAD
    wire = await Wire.to(gateway.url)
    await wire.send("POST /v1/images HTTP/1.1", {**session, "content-length": str(size)}, bytes(size))
    status, _ = await wire.head()
    assert status == "HTTP/1.1 200 OK"
    await wire.send("GET /v1/images HTTP/1.1", session)
    await wire.close()


async def test_a_bad_chunk_in_an_upload_ends_the_inner_call(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    state = gateway.fakes["catalog"].state
    wire = await Wire.to(gateway.url)
    await wire.send("POST /v1/images HTTP/1.1", {**session, "transfer-encoding": "chunked"}, b"5\r\nhello\r\n")
    await asyncio.wait_for(state.begun.wait(), 60)
    wire.writer.write(b"not a length\r\n")
    status, _ = await wire.head()
    assert status == "HTTP/1.1 400 Bad Request"
    await asyncio.wait_for(state.cancelled.wait(), 60)
    assert state.seen == []
    await wire.close()
