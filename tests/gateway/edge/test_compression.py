"""gzip and brotli of text: chosen by q-values, over real sockets and seen undecoded."""

import gzip
import json
import zlib

import brotli
import httpx
import pytest

from services.gateway.edge.compression import MINIMUM, chosen
from tests.gateway.fakes import PIECE, PIECES
from tests.gateway.stage import Stage

DECODED = {"gzip": gzip.decompress, "br": brotli.decompress}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br ; q=0, gzip ; q=0.1", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0.000, br;q=0", None),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0, *", "gzip"),
        ("identity", None),
        ("identity, gzip", "gzip"),
        ("identity;q=1, gzip;q=0.5", None),
        ("identity;q=0, gzip;q=0.001", "gzip"),
        ("deflate, zstd", None),
        ("gzip;q=nonsense", None),
        ("gzip;q=nan", None),
        ("gzip;q=7", None),
        ("gzip;level=1;q=0.5", "gzip"),
        (",,;,;q=", None),
    ],
)
def test_the_coding_is_the_one_that_is_liked_best(accepted: str, coding: str | None) -> None:
    assert chosen(accepted) == coding


async def raw(client: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    async with client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join([chunk async for chunk in answer.aiter_raw()])


@pytest.mark.parametrize("coding", ["gzip", "br"])
async def test_json_is_encoded_from_a_minimum_on(stage: Stage, coding: str) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    async with httpx.AsyncClient(base_url=gateway.url, headers={**session, "accept-encoding": coding}) as client:
        for count, whole in ((200, True), (20_000, False)):
            wanted = [f"item {number}" for number in range(count)]
            answer, body = await raw(client, f"/v1/fake/json?count={count}")
            assert answer.headers["content-encoding"] == coding
            assert ("content-length" in answer.headers) is whole
            assert json.loads(DECODED[coding](body)) == wanted
            assert len(body) < len(json.dumps(wanted)) / 3
        small, body = await raw(client, "/v1/fake/json?count=5")
        assert len(body) < MINIMUM
        assert "content-encoding" not in small.headers
        assert (small.headers["vary"], small.headers["content-length"]) == ("Accept-Encoding", str(len(body)))
        document, body = await raw(client, "/v1/openapi.json")
        assert document.headers["vary"] == "Accept-Encoding"


async def test_without_a_word_nothing_is_encoded_and_caches_are_told(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    async with httpx.AsyncClient(base_url=gateway.url, headers=session) as client:
        answer, body = await raw(client, "/v1/fake/json", **{"accept-encoding": "identity"})
    assert json.loads(body)[0] == "item 0"
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_what_is_encoded_or_an_image_stays_as_it_is(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    async with httpx.AsyncClient(base_url=gateway.url, headers=session) as client:
        answer, body = await raw(client, "/v1/fake/bytes", **{"accept-encoding": "gzip, br"})
    assert body == PIECE * PIECES
    assert (answer.headers["content-encoding"], answer.headers["etag"]) == ("x-fake", '"fake"')
    assert "vary" not in answer.headers


async def test_an_answer_without_a_body_gets_none(stage: Stage) -> None:
    """FastAPI gives a 204 the content type of JSON, and no length: an encoder's trailer would follow its head."""
    gateway = await stage.gateway(over_http=True)
    session = await gateway.joined()
    async with httpx.AsyncClient(base_url=gateway.url, headers={**session, "accept-encoding": "gzip"}) as client:
        key = (await client.post("/v1/api-keys", json={"name": "a", "scopes": ["account"]})).json()["id"]
        answer = await client.delete(f"/v1/api-keys/{key}")
        assert (answer.status_code, answer.headers.get("content-encoding")) == (204, None)
        assert (await client.get("/v1/me")).status_code == 200  # the connection still works


async def test_an_encoded_answer_has_a_weak_etag_that_every_conditional_request_takes(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    async with httpx.AsyncClient(base_url=gateway.url, headers=session) as client:
        plain, _ = await raw(client, "/v1/fake/json", **{"accept-encoding": "identity"})
        encoded, _ = await raw(client, "/v1/fake/json", **{"accept-encoding": "gzip"})
        strong, weak = plain.headers["etag"], encoded.headers["etag"]
        assert weak == f"W/{strong}"
        for etag in (strong, weak):
            again, body = await raw(client, "/v1/fake/json", **{"accept-encoding": "gzip", "if-none-match": etag})
            assert (again.status_code, body) == (304, b"")
            assert (again.headers["etag"], again.headers["vary"]) == (etag, "Accept-Encoding")


async def test_swagger_is_encoded_too_and_its_ranges_are_not(stage: Stage) -> None:
    gateway = await stage.gateway(over_http=True)
    async with httpx.AsyncClient(base_url=gateway.url, headers={"accept-encoding": "gzip"}) as client:
        whole, body = await raw(client, "/docs/swagger-ui-bundle.js")
        part, piece = await raw(client, "/docs/swagger-ui-bundle.js", range="bytes=0-1999")
    assert whole.headers["content-encoding"] == "gzip"
    assert "accept-ranges" not in whole.headers
    assert (part.status_code, len(piece)) == (206, 2000)
    assert "content-encoding" not in part.headers
    assert zlib.decompress(body, 31).startswith(piece)
