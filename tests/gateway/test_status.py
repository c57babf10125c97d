"""The state of the whole, told also when parts are away."""

import asyncio
import time

import pytest

from services import __version__
from tests.gateway.fakes import COVERAGE, MODEL
from tests.gateway.stage import Stage, bearer

READY = {"status": "ready", "detail": ""}
UNREACHABLE = {"status": "unreachable", "detail": "It gave no answer within 2 s."}


async def test_all_is_well(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", "classifier", "similarity")
    user = await gateway.register()
    answer = await gateway.client.get("/v1/status", headers=await gateway.sign_in())
    assert answer.status_code == 200
    assert answer.json() == {
        "state": "ok",
        "version": __version__,
        "services": {"catalog": READY, "classifier": READY, "similarity": READY},
        "model": MODEL,
        "coverage": COVERAGE,
    }
    assert gateway.fakes["catalog"].state.seen == [user["id"]]


async def test_what_is_away_is_said(stage: Stage) -> None:
    gateway = await stage.gateway("similarity")
    status = (await gateway.client.get("/v1/status", headers=await gateway.joined())).json()
    assert status == {
        "state": "degraded",
        "version": __version__,
        "services": {"catalog": UNREACHABLE, "classifier": UNREACHABLE, "similarity": READY},
        "model": {
            "state": "unknown",
            "detail": "The classifier service does not say which model it has.",
            "name": None,
            "space": None,
            "trained": None,
            "engine": None,
            "precision": None,
        },
        "coverage": None,
    }


async def test_reasons_are_for_admins_names_for_all(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", "classifier", "similarity")
    checks = {"database": "ok", "store": "no such folder: /srv/secret"}
    gateway.fakes["catalog"].state.ready = {"status": "not_ready", "checks": checks}
    admin, member = await gateway.joined("ada"), await gateway.joined("bob")
    details = [
        (await gateway.client.get("/v1/status", headers=headers)).json()["services"]["catalog"]
        for headers in (admin, member)
    ]
    assert details == [
        {"status": "not_ready", "detail": "Not ready: store (no such folder: /srv/secret)."},
        {"status": "not_ready", "detail": "Not ready: store."},
    ]


async def test_what_an_operator_has_to_see_to_is_said_although_all_services_are_ready(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", "classifier", "similarity")
    warnings = {"room for images": "The disk has 3 MB left."}
    gateway.fakes["catalog"].state.ready = {"status": "ready", "checks": {"store": "ok"}, "warnings": warnings}
    status = (await gateway.client.get("/v1/status", headers=await gateway.joined())).json()
    assert status["state"] == "degraded"
    assert status["services"]["catalog"] == {
        "status": "ready",
        "detail": "See to: room for images (The disk has 3 MB left.).",
    }


async def test_images_that_were_given_up_are_not_all_well(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = await stage.gateway("catalog", "classifier", "similarity")
    monkeypatch.setitem(COVERAGE, "failed", 1)
    status = (await gateway.client.get("/v1/status", headers=await gateway.joined())).json()
    assert (status["state"], status["coverage"]["failed"]) == ("degraded", 1)


async def test_a_service_that_hangs_costs_two_seconds(stage: Stage) -> None:
    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    gateway = await stage.gateway("similarity", catalog_url=url, classifier_url=url)
    session = await gateway.joined()
    started = time.monotonic()
    status = (await gateway.client.get("/v1/status", headers=session)).json()
    assert time.monotonic() - started < 30
    assert status["services"] == {"catalog": UNREACHABLE, "classifier": UNREACHABLE, "similarity": READY}
    server.close()


async def test_nonsense_from_a_service_is_no_500(stage: Stage) -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{"total": "x"')
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    gateway = await stage.gateway("similarity", catalog_url=url, classifier_url=url)
    answer = await gateway.client.get("/v1/status", headers=await gateway.joined())
    assert answer.status_code == 200
    status = answer.json()
    assert (status["services"]["catalog"]["status"], status["coverage"]) == ("unreachable", None)
    assert status["model"]["state"] == "unknown"
    server.close()


async def test_coverage_needs_the_scope_to_see_images(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", "classifier", "similarity")
    key = await gateway.a_key(await gateway.joined(), "classify")
    status = (await gateway.client.get("/v1/status", headers=bearer(key["key"]))).json()
    assert (status["state"], status["coverage"]) == ("ok", None)
    assert (await gateway.client.get("/v1/status")).status_code == 401


async def test_metrics_are_for_admins_on_loopback_too(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    admin, member = await gateway.joined("ada"), await gateway.joined("bob")
    await gateway.client.get("/v1/images/1", headers=admin)
    assert (await gateway.client.get("/metrics")).status_code == 401
    assert (await gateway.client.get("/metrics", headers=member)).json()["code"] == "insufficient_scope"
    told = await gateway.client.get("/metrics", headers=admin)
    assert told.status_code == 200
    assert 'pictor_http_requests_total{method="GET",route="/v1/images/{image_id}",status="200"} 1.0' in told.text
