"""The audit log: who did what, from where, and how it ended."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.gateway.storage.audit import AuditStore
from tests.gateway.stage import PASSWORD, Gateway, Stage, bearer


async def log(gateway: Gateway, admin: dict[str, str], **asked: Any) -> list[tuple[str, str, str, str]]:
    """Give (action, outcome, actor, subject), the oldest first."""
    answer = await gateway.client.get("/v1/audit", headers=admin, params={"limit": 500, **asked})
    assert answer.status_code == 200, answer.text
    items = reversed(answer.json()["items"])
    return [(item["action"], item["outcome"], item["actor"]["name"], item["subject"]) for item in items]


async def test_what_is_done_to_accounts_and_keys_is_told(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", account_settle_s=0.2)
    admin = await gateway.joined()
    ada = (await gateway.client.get("/v1/me", headers=admin)).json()["id"]
    bob = (await gateway.client.post("/v1/users:add", headers=admin, json={"name": "bob"})).json()["id"]
    key = (await gateway.a_key(admin, "account"))["id"]
    client, user = gateway.client, f"/v1/users/{bob}"
    await client.post(f"/v1/api-keys/{key}:rotate", headers=admin)
    await client.delete(f"/v1/api-keys/{key}", headers=admin)
    await client.patch(user, headers=admin, json={"role": "admin"})
    await client.patch(user, headers=admin, json={"role": "member", "disabled": True})
    await client.post(f"{user}:resetPassword", headers=admin)
    await client.patch(f"/v1/users/{ada}", headers=admin, json={"disabled": True})
    await client.delete(user, headers=admin, params={"images": "delete"})
    for _ in range(100):
        if (await client.get(user, headers=admin)).status_code == 404:
            break
        await asyncio.sleep(0.05)
    assert await log(gateway, admin) == [
        ("user.registered", "done", "", ada),
        ("session.opened", "done", "", ada),
        ("user.added", "done", "ada", bob),
        ("key.created", "done", "ada", key),
        ("key.rotated", "done", "ada", key),
        ("key.revoked", "done", "ada", key),
        ("user.made_admin", "done", "ada", bob),
        ("user.made_member", "done", "ada", bob),
        ("user.disabled", "done", "ada", bob),
        ("user.password_reset", "done", "ada", bob),
        ("users_update", "refused", "ada", ada),
        ("user.deletion_begun", "done", "ada", bob),
        ("user.deleted", "done", "the server", bob),
    ]
    assert [row[0] for row in await log(gateway, admin, action="user.disabled")] == ["user.disabled"]
    assert {row[2] for row in await log(gateway, admin, actor_id=ada)} == {"ada"}


async def test_failed_sign_ins_are_told_and_nothing_that_was_typed(stage: Stage) -> None:
    gateway = await stage.gateway()
    admin = await gateway.joined()
    bob = (await gateway.register("bob"))["id"]
    for name in ("bob", "hunter2", "a password, typed in the wrong field"):
        await gateway.client.post("/v1/sessions", json={"name": name, "password": "hunter3"})
    refused = [row for row in await log(gateway, admin, action="session.opened") if row[1] == "refused"]
    assert refused == [("session.opened", "refused", "", subject) for subject in (bob, "", "")]
    told = (await gateway.client.get("/v1/audit", headers=admin)).text
    for secret in ("hunter", "typed in", PASSWORD):
        assert secret not in told
    assert {item["actor"]["address"] for item in (await gateway.client.get("/v1/audit", headers=admin)).json()["items"]}


async def test_a_change_and_its_event_are_there_both_or_neither(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = await stage.gateway()
    admin = await gateway.joined()
    bob = (await gateway.register("bob"))["id"]

    async def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(AuditStore, "add", fails)
    answer = await gateway.client.patch(f"/v1/users/{bob}", headers=admin, json={"disabled": True})
    assert answer.status_code == 500
    assert (await gateway.client.get(f"/v1/users/{bob}", headers=admin)).json()["disabled"] is False


async def test_pages_and_age(stage: Stage) -> None:
    gateway = await stage.gateway()
    admin = await gateway.joined()
    for name in ("bob", "eve", "mallory"):
        await gateway.register(name)
    seen: list[str] = []
    cursor = None
    while True:
        asked = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await gateway.client.get("/v1/audit", headers=admin, params=asked)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert (len(seen), seen) == (5, sorted(set(seen), reverse=True))
    async with gateway.app.state.database.transaction() as session:
        await session.execute(text("UPDATE audit_events SET at = now() - interval '2 days' WHERE actor_name = ''"))
        assert await AuditStore(session).prune(timedelta(days=3)) == 0
        assert await AuditStore(session).prune(timedelta(days=1)) == 5
    other = (await gateway.client.get("/v1/audit", headers=admin, params={"cursor": "x"})).json()
    assert other["code"] == "invalid_cursor"


async def test_what_other_services_delete_is_told_once_they_did(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    admin, image = await gateway.joined(), "0197a3c0-0000-7000-8000-000000000000"
    member = await gateway.joined("bob")
    await gateway.client.delete(f"/v1/images/{image}", headers=member)
    await gateway.client.get(f"/v1/images/{image}", headers=member)
    await gateway.client.get("/v1/fake/broken", headers=member)
    assert (await log(gateway, admin))[4:] == [("image.deleted", "done", "bob", image)]


async def test_it_is_for_admins_alone(stage: Stage) -> None:
    gateway = await stage.gateway()
    await gateway.joined()
    member = await gateway.joined("bob")
    answer = await gateway.client.get("/v1/audit", headers=member)
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    key = bearer((await gateway.a_key(await gateway.sign_in(), "account"))["key"])
    assert (await gateway.client.get("/v1/audit", headers=key)).status_code == 403
