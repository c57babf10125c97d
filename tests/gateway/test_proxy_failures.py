"""Inner services that are slow, away, wrong, or die; callers that leave."""

import asyncio
import time

import httpx
import pytest

from services.gateway.clients.upstream import MAX_CONNECTIONS
from tests.gateway.stage import Stage
from tests.gateway.wire import Wire


async def test_a_service_that_is_away_is_503_and_the_others_go_on(stage: Stage) -> None:
    gateway = await stage.gateway("similarity")
    session = await gateway.joined()
    away = await gateway.client.get("/v1/images", headers=session)
    assert (away.status_code, away.json()["code"], away.headers["retry-after"]) == (503, "unavailable", "5")
    assert "catalog" in away.json()["detail"]
    assert (await gateway.client.get("/v1/images/1/similar", headers=session)).status_code == 200


async def test_a_service_that_is_silent_is_504(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", upstream_timeout_s=0.3)
    session = await gateway.joined()
    started = time.monotonic()
    slow = await gateway.client.get("/v1/fake/slow", headers=session)
    assert (slow.status_code, slow.json()["code"], slow.headers["retry-after"]) == (504, "upstream_timeout", "5")
    assert time.monotonic() - started < 20
    await asyncio.wait_for(gateway.fakes["catalog"].state.cancelled.wait(), 60)


async def test_a_service_that_hangs_up_is_502(stage: Stage) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        gateway = await stage.gateway(catalog_url=f"http://127.0.0.1:{port}")
        answer = await gateway.client.get("/v1/images", headers=await gateway.joined())
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (502, "upstream_failed", "5")


async def test_a_service_that_does_not_trust_us_is_not_the_callers_fault(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    answer = await gateway.client.get("/v1/fake/distrust", headers=await gateway.joined())
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (502, "upstream_failed", "5")
    assert "www-authenticate" not in answer.headers


async def test_problems_of_a_service_pass_as_they_are(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    answer = await gateway.client.get("/v1/fake/broken", headers=await gateway.joined())
    assert (answer.status_code, answer.json()["detail"]) == (500, "This is a fake's mistake.")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_answer_that_dies_midway_never_looks_complete(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await client.get("/v1/fake/dies", headers=session)
    wire = await Wire.to(gateway.url)
    await wire.send("GET /v1/fake/dies HTTP/1.1", session)
    status, _ = await wire.head()
    rest = await wire.rest()
    await wire.close()
    assert status == "HTTP/1.1 200 OK"
    assert b"half of" in rest
    assert not rest.endswith(b"0\r\n\r\n")


async def test_a_caller_that_leaves_ends_the_inner_call(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    state = gateway.fakes["catalog"].state
    wire = await Wire.to(gateway.url)
    await wire.send("GET /v1/fake/slow HTTP/1.1", session)
    await asyncio.wait_for(state.begun.wait(), 60)
    await wire.close()
    await asyncio.wait_for(state.cancelled.wait(), 60)


async def test_a_caller_that_leaves_in_its_upload_ends_the_inner_call(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    state = gateway.fakes["catalog"].state
    wire = await Wire.to(gateway.url)
    await wire.send("POST /v1/images HTTP/1.1", {**session, "content-length": "1000"}, bytes(500))
    await asyncio.wait_for(state.begun.wait(), 60)
    await wire.close()
    await asyncio.wait_for(state.cancelled.wait(), 60)
    assert state.seen == []


async def test_a_service_may_answer_before_the_body_ends(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", over_http=True)
    session = await gateway.joined()
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        answer = await client.post("/v1/fake/early", content=bytes(8 * 1024 * 1024), headers=session)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
        assert (await client.get("/v1/images", headers=session)).status_code == 200


async def test_many_callers_share_a_bounded_pool(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for bound in ("POOL_WAIT_S", "CONNECT_TIMEOUT_S"):  # on a busy machine nobody is refused
        monkeypatch.setattr(f"services.gateway.clients.upstream.{bound}", 60.0)
    gateway = await stage.gateway("catalog", rate_burst=1000)
    session = await gateway.joined()
    answers = await asyncio.gather(*(gateway.client.get("/v1/images", headers=session) for _ in range(130)))
    assert {answer.status_code for answer in answers} == {200}, {a.text[:300] for a in answers if a.status_code != 200}
    upstream = gateway.app.state.process.upstreams["catalog"]
    assert 0 < len(upstream._transport._pool.connections) <= MAX_CONNECTIONS
    assert upstream._places._value == MAX_CONNECTIONS


async def test_when_all_places_are_taken_the_next_is_refused_and_places_come_back(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", rate_burst=1000)
    session = await gateway.joined()
    slow = [asyncio.create_task(gateway.client.get("/v1/fake/slow", headers=session)) for _ in range(MAX_CONNECTIONS)]
    await asyncio.wait_for(gateway.fakes["catalog"].state.begun.wait(), 60)
    upstream = gateway.app.state.process.upstreams["catalog"]
    async with asyncio.timeout(60):
        while not upstream._places.locked():  # noqa: ASYNC110 - a semaphore tells nobody that it is empty
            await asyncio.sleep(0.01)
    refused = await gateway.client.get("/v1/images", headers=session)
    assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (503, "unavailable", "5")
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    assert (await gateway.client.get("/v1/images", headers=session)).status_code == 200
