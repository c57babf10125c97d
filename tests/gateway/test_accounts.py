"""Passwords that change, and what an admin does with accounts."""

from typing import Any
from uuid import UUID

import pytest

from services.gateway.accounts.sessions import TRIES
from tests.gateway.stage import PASSWORD, Gateway, Stage, bearer

NEW = "another horse, another battery"


async def me(gateway: Gateway, headers: dict[str, str]) -> tuple[int, str | None]:
    answer = await gateway.client.get("/v1/me", headers=headers)
    return answer.status_code, answer.json().get("code")


async def change(gateway: Gateway, headers: dict[str, str], **body: Any) -> tuple[int, str | None]:
    asked = {"current_password": PASSWORD, "new_password": NEW, **body}
    answer = await gateway.client.put("/v1/me/password", headers=headers, json=asked)
    assert PASSWORD not in answer.text
    return answer.status_code, answer.json()["code"] if answer.content else None


async def signs_in(gateway: Gateway, name: str, password: str) -> tuple[int, str | None]:
    answer = await gateway.client.post("/v1/sessions", json={"name": name, "password": password})
    return answer.status_code, answer.json().get("code")


async def test_a_new_password_ends_the_other_sessions_and_keeps_keys(stage: Stage) -> None:
    gateway = await stage.gateway()
    here = await gateway.joined()
    elsewhere = await gateway.sign_in()
    key = bearer((await gateway.a_key(here, "account"))["key"])
    assert await me(gateway, elsewhere) == (200, None)
    assert await change(gateway, here) == (204, None)
    assert await me(gateway, here) == (200, None)
    assert await me(gateway, elsewhere) == (401, "revoked_key")
    assert await me(gateway, key) == (200, None)
    assert await signs_in(gateway, "ada", PASSWORD) == (401, "invalid_credentials")
    assert await signs_in(gateway, "ada", NEW) == (201, None)
    assert await change(gateway, here, current_password=NEW, new_password=PASSWORD, revoke_keys=True) == (204, None)
    assert await me(gateway, key) == (401, "revoked_key")


async def test_a_wrong_current_password_changes_nothing_and_counts_as_a_try(stage: Stage) -> None:
    gateway = await stage.gateway()
    here = await gateway.joined()
    for _ in range(TRIES):
        assert await change(gateway, here, current_password="wrong") == (403, "wrong_password")
    assert await change(gateway, here) == (429, "too_many_requests")
    assert await me(gateway, here) == (200, None)


@pytest.mark.parametrize("body", [{"new_password": "short"}, {"new_password": None}, {"more": 1}])
async def test_a_new_password_that_will_not_do_is_refused(stage: Stage, body: dict[str, Any]) -> None:
    gateway = await stage.gateway()
    here = await gateway.joined()
    assert await change(gateway, here, **body) == (422, "validation_failed")
    assert await signs_in(gateway, "ada", PASSWORD) == (201, None)


async def test_ten_wrong_passwords_from_one_address_lock_nobody_else_out(stage: Stage) -> None:
    gateway = await stage.gateway()
    await gateway.register()
    throttle = gateway.app.state.process.sessions._throttle
    for _ in range(TRIES):
        throttle.take("ada", "192.0.2.1")
    assert await signs_in(gateway, "ada", PASSWORD) == (201, None)


async def test_an_admin_adds_lists_and_reads_accounts_where_registration_is_closed(stage: Stage) -> None:
    gateway = await stage.gateway(registration="closed")
    admin = await gateway.joined()
    made = await gateway.client.post("/v1/users:add", headers=admin, json={"name": "Bob"})
    bob = made.json()
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    assert (bob["name"], bob["role"], bob["disabled"]) == ("bob", "member", False)
    assert await signs_in(gateway, "bob", bob.pop("password")) == (201, None)
    body = {"name": "eve", "role": "admin", "password": NEW}
    eve = (await gateway.client.post("/v1/users:add", headers=admin, json=body)).json()
    assert eve["password"] is None
    assert await signs_in(gateway, "eve", NEW) == (201, None)
    assert (await gateway.client.post("/v1/users:add", headers=admin, json=body)).json()["code"] == "name_taken"
    first = (await gateway.client.get("/v1/users?limit=2", headers=admin)).json()
    rest = (await gateway.client.get(f"/v1/users?limit=2&cursor={first['next_cursor']}", headers=admin)).json()
    assert [user["name"] for user in [*first["items"], *rest["items"]]] == ["eve", "bob", "ada"]
    assert rest["next_cursor"] is None
    assert (await gateway.client.get(f"/v1/users/{bob['id']}", headers=admin)).json() == bob


async def test_who_is_disabled_is_out_at_once_and_comes_back_when_enabled(stage: Stage) -> None:
    gateway = await stage.gateway()
    admin = await gateway.joined()
    bob = await gateway.register("bob")
    session = await gateway.sign_in("bob")
    key = bearer((await gateway.a_key(session, "account"))["key"])
    path = f"/v1/users/{bob['id']}"
    assert await me(gateway, session) == await me(gateway, key) == (200, None)
    assert (await gateway.client.patch(path, headers=admin, json={"disabled": True})).json()["disabled"] is True
    assert await me(gateway, session) == (401, "account_disabled")
    assert await me(gateway, key) == (401, "account_disabled")
    assert await signs_in(gateway, "bob", PASSWORD) == (401, "account_disabled")
    assert await signs_in(gateway, "bob", "a wrong password") == (401, "invalid_credentials")
    assert (await gateway.client.patch(path, headers=admin, json={"disabled": False})).json()["disabled"] is False
    gateway.app.state.process.authenticator._refused.clear()  # a refusal is remembered for some seconds
    assert await me(gateway, session) == (401, "revoked_key")
    assert await me(gateway, key) == (200, None)
    assert await signs_in(gateway, "bob", PASSWORD) == (201, None)


async def test_a_reset_gives_a_password_once_and_ends_sessions(stage: Stage) -> None:
    gateway = await stage.gateway()
    admin = await gateway.joined()
    bob = await gateway.register("bob")
    session = await gateway.sign_in("bob")
    answer = await gateway.client.post(f"/v1/users/{bob['id']}:resetPassword", headers=admin)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert await me(gateway, session) == (401, "revoked_key")
    assert await signs_in(gateway, "bob", PASSWORD) == (401, "invalid_credentials")
    assert await signs_in(gateway, "bob", answer.json()["password"]) == (201, None)


async def test_the_last_admin_stays_one(stage: Stage) -> None:
    gateway = await stage.gateway()
    ada = await gateway.register()
    admin = await gateway.sign_in()
    bob = await gateway.register("bob")
    for body in ({"role": "member"}, {"disabled": True}):
        answer = await gateway.client.patch(f"/v1/users/{ada['id']}", headers=admin, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    await gateway.client.patch(f"/v1/users/{bob['id']}", headers=admin, json={"role": "admin"})
    assert (await gateway.client.patch(f"/v1/users/{ada['id']}", headers=admin, json={"role": "member"})).is_success
    gone = await gateway.client.get("/v1/users", headers=admin)
    assert (gone.status_code, gone.json()["code"]) == (403, "insufficient_scope")


async def test_a_member_may_do_none_of_it_and_nobody_is_not_there(stage: Stage) -> None:
    gateway = await stage.gateway()
    admin = await gateway.joined()
    bob = await gateway.register("bob")
    member = await gateway.sign_in("bob")
    path = f"/v1/users/{bob['id']}"
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/v1/users", None),
        ("POST", "/v1/users:add", {"name": "eve"}),
        ("GET", path, None),
        ("PATCH", path, {"role": "admin"}),
        ("POST", f"{path}:resetPassword", None),
        ("DELETE", f"{path}?images=delete", None),
    ]
    for method, url, body in calls:
        answer = await gateway.client.request(method, url, headers=member, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope"), url
    for method, url, body in calls[2:]:
        answer = await gateway.client.request(
            method, url.replace(bob["id"], str(UUID(int=7))), headers=admin, json=body
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), url
    null = await gateway.client.patch(path, headers=admin, json={"role": None})
    assert (null.status_code, null.json()["errors"][0]["pointer"]) == (422, "/role")
