"""Registering, and reading one's own account."""

import asyncio
import hashlib
import json

from sqlalchemy import text

from services.gateway.accounts.credentials import Pepper
from tests.gateway.stage import PASSWORD, PEPPER, Stage, bearer

MEMBER = ["account", "classify", "images:read", "images:write"]


async def test_the_first_user_is_admin_and_the_second_a_member(stage: Stage) -> None:
    gateway = await stage.gateway()
    first = await gateway.client.post("/v1/users", json={"name": "Ada", "password": PASSWORD})
    user = first.json()
    assert first.status_code == 201
    assert user == {
        "id": user["id"],
        "name": "ada",
        "role": "admin",
        "scopes": [*MEMBER[:1], "admin", *MEMBER[1:]],
        "created_at": user["created_at"],
        "quota": None,
    }
    second = await gateway.register("bob")
    assert (second["role"], second["scopes"]) == ("member", MEMBER)


async def test_me_is_the_caller_with_the_scopes_of_its_key(stage: Stage) -> None:
    gateway = await stage.gateway()
    user = await gateway.register()
    session = await gateway.sign_in()
    mine = await gateway.client.get("/v1/me", headers=session)
    assert (mine.status_code, mine.json()) == (200, user)
    key = await gateway.a_key(session, "images:read")
    assert (await gateway.client.get("/v1/me", headers=bearer(key["key"]))).json() == {
        **user,
        "scopes": ["images:read"],
    }
    again = await gateway.client.get("/v1/me", headers={**session, "if-none-match": mine.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_one_of_ten_who_register_a_name_at_once_gets_it(stage: Stage) -> None:
    gateway = await stage.gateway()
    body = {"name": "ada", "password": PASSWORD}
    answers = await asyncio.gather(*(gateway.client.post("/v1/users", json=body) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"name_taken"}


async def test_one_of_ten_who_come_first_at_once_is_admin(stage: Stage) -> None:
    gateway = await stage.gateway()
    users = await asyncio.gather(*(gateway.register(f"user-{number}") for number in range(10)))
    assert sorted(user["role"] for user in users) == ["admin"] + ["member"] * 9


async def test_names_differ_by_more_than_case(stage: Stage) -> None:
    gateway = await stage.gateway()
    await gateway.register("ada")
    answer = await gateway.client.post("/v1/users", json={"name": "ADA", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


async def test_closed_registration_takes_the_first_user_only(stage: Stage) -> None:
    gateway = await stage.gateway(registration="closed")
    assert (await gateway.register())["role"] == "admin"
    answer = await gateway.client.post("/v1/users", json={"name": "bob", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "registration_closed")


REFUSED = [
    ({"name": "a", "password": PASSWORD}, "/name"),
    ({"name": "a" * 65, "password": PASSWORD}, "/name"),
    ({"name": "ada lovelace", "password": PASSWORD}, "/name"),
    ({"name": "ada\n", "password": PASSWORD}, "/name"),
    ({"name": "\N{KELVIN SIGN}elvin", "password": PASSWORD}, "/name"),
    ({"name": "ada\x00", "password": PASSWORD}, "/name"),
    ({"name": "me", "password": PASSWORD}, "/name"),
    ({"name": "ME", "password": PASSWORD}, "/name"),
    ({"name": "0197a3c0-0000-7000-8000-000000000000", "password": PASSWORD}, "/name"),
    ({"name": "0197A3C0-0000-7000-8000-000000000000", "password": PASSWORD}, "/name"),
    ({"name": "0197a3c0000070008000000000000000", "password": PASSWORD}, "/name"),
    ({"name": "ada", "password": "123456789"}, "/password"),
    ({"name": "ada", "password": "x" * 257}, "/password"),
    ({"name": "ada", "password": PASSWORD, "role": "admin"}, "/role"),
    ({"name": "ada"}, "/password"),
]


async def test_refused_registrations_say_what_is_wrong_and_repeat_no_password(stage: Stage) -> None:
    gateway = await stage.gateway()
    for body, pointer in REFUSED:
        answer = await gateway.client.post("/v1/users", json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), body
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer], body
        assert body.get("password", "none") not in answer.text
    await gateway.register("ada")


async def test_a_repeated_registration_gives_the_first_answer(stage: Stage) -> None:
    gateway = await stage.gateway()
    body, headers = {"name": "ada", "password": PASSWORD}, {"idempotency-key": "once"}
    first = await gateway.client.post("/v1/users", json=body, headers=headers)
    again = await gateway.client.post("/v1/users", json=body, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    other = await gateway.client.post("/v1/users", json={**body, "password": "another one"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_no_plain_digest_of_a_password_is_kept(stage: Stage) -> None:
    gateway = await stage.gateway()
    body = json.dumps({"name": "ada", "password": PASSWORD}).encode()
    headers = {"idempotency-key": "once", "content-type": "application/json"}
    await gateway.client.post("/v1/users", content=body, headers=headers)
    async with gateway.app.state.database.transaction() as session:
        kept = await session.scalar(text("SELECT fingerprint FROM idempotency_keys"))

    def fingerprint(digest: str) -> str:
        return hashlib.sha256(json.dumps(["POST", "/v1/users", "", digest]).encode()).hexdigest()

    assert kept == fingerprint(Pepper(PEPPER).fingerprint(body))
    assert kept != fingerprint(hashlib.sha256(body).hexdigest())
