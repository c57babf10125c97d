"""Signing in and out."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from services.gateway.accounts.sessions import ADDRESS_TRIES, MAX_SESSIONS, TRIES
from tests.gateway.stage import PASSWORD, Stage, bearer


async def test_sign_in_use_sign_out(stage: Stage) -> None:
    gateway = await stage.gateway()
    user = await gateway.register()
    answer = await gateway.client.post("/v1/sessions", json={"name": "ADA", "password": PASSWORD})
    session = answer.json()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert session == {"token": session["token"], "expires_at": session["expires_at"], "user": user}
    assert session["token"].startswith("ps_")
    lifetime = datetime.fromisoformat(session["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=29, hours=23) < lifetime < timedelta(days=30, minutes=1)

    other = await gateway.sign_in()
    signed = bearer(session["token"])
    assert (await gateway.client.delete("/v1/sessions", headers=signed)).status_code == 204
    gone = await gateway.client.get("/v1/me", headers=signed)
    assert (gone.status_code, gone.json()["code"]) == (401, "revoked_key")
    assert (await gateway.client.get("/v1/me", headers=other)).status_code == 200


async def test_an_api_key_has_no_session_to_end(stage: Stage) -> None:
    gateway = await stage.gateway()
    key = await gateway.a_key(await gateway.joined(), "account")
    answer = await gateway.client.delete("/v1/sessions", headers=bearer(key["key"]))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_session")


async def test_an_unknown_name_and_a_wrong_password_look_alike(stage: Stage) -> None:
    gateway = await stage.gateway()
    await gateway.register()
    documents, least = dict[str, Any](), dict[str, float]()
    for _ in range(4):
        for name in ("ada", "nobody", "no\x00body"):
            started = time.process_time()
            answer = await gateway.client.post("/v1/sessions", json={"name": name, "password": "a wrong password"})
            took = time.process_time() - started
            least[name] = min(took, least.get(name, took))
            documents[name] = {**answer.json(), "request_id": ""}
    assert documents["ada"]["code"] == "invalid_credentials"
    assert documents["ada"] == documents["nobody"] == documents["no\x00body"]
    assert 0.4 < least["ada"] / least["nobody"] < 2.5


async def test_half_a_character_is_refused(stage: Stage) -> None:
    gateway = await stage.gateway()
    for strange in ({"name": "\ud800"}, {"other": "\ud800"}, {"\ud800": "other"}):
        body = json.dumps({"name": "ada", "password": PASSWORD} | strange)
        answer = await gateway.client.post("/v1/sessions", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


async def test_failures_on_a_name_are_throttled_and_others_are_not(stage: Stage) -> None:
    gateway = await stage.gateway()
    await gateway.register("ada")
    await gateway.register("bob")
    wrong = {"name": "ada", "password": "a wrong password"}
    for _ in range(TRIES):
        assert (await gateway.client.post("/v1/sessions", json=wrong)).status_code == 401
    for password in ("a wrong password", PASSWORD):
        answer = await gateway.client.post("/v1/sessions", json={"name": "ada", "password": password})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
        assert 0 < int(answer.headers["retry-after"]) <= 15
    await gateway.sign_in("bob")


async def test_failures_from_an_address_are_throttled_over_all_names(stage: Stage) -> None:
    gateway = await stage.gateway(anonymous_rate_burst=1000)
    throttle = gateway.app.state.process.sessions._throttle
    for number in range(ADDRESS_TRIES):
        throttle.take(f"name-{number}", "127.0.0.1")
    answer = await gateway.client.post("/v1/sessions", json={"name": "ada", "password": PASSWORD})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


async def test_success_is_not_counted(stage: Stage) -> None:
    gateway = await stage.gateway()
    await gateway.register()
    for _ in range(TRIES + 2):
        await gateway.sign_in()


async def test_too_many_passwords_at_once_are_refused_not_queued(stage: Stage) -> None:
    gateway = await stage.gateway(anonymous_rate_burst=1000)
    body = {"name": "ada", "password": PASSWORD}
    await gateway.register()
    answers = await asyncio.gather(
        *(gateway.client.post("/v1/users", json={**body, "name": f"user-{number}"}) for number in range(40))
    )
    full = [answer for answer in answers if answer.status_code == 503]
    assert full
    assert {answer.status_code for answer in answers} == {201, 503}
    assert {(answer.json()["code"], answer.headers["retry-after"]) for answer in full} == {("unavailable", "1")}
    assert (await gateway.client.post("/v1/sessions", json=body)).status_code == 201


async def test_a_session_too_many_ends_the_oldest(stage: Stage) -> None:
    gateway = await stage.gateway(key_cache_s=0)
    await gateway.register()
    first, second = await gateway.sign_in(), await gateway.sign_in()
    newer = text(
        "INSERT INTO sessions (id, user_id, digest, expires_at) "
        "SELECT ('ffffffff-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, user_id, digest, expires_at "
        "FROM generate_series(1, :n) AS n, (SELECT * FROM sessions LIMIT 1) AS one"
    )
    async with gateway.app.state.database.transaction() as session:
        await session.execute(newer, {"n": MAX_SESSIONS - 2})
    assert (await gateway.client.get("/v1/me", headers=first)).status_code == 200
    await gateway.sign_in()
    answer = await gateway.client.get("/v1/me", headers=first)
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_key")
    assert (await gateway.client.get("/v1/me", headers=second)).status_code == 200
