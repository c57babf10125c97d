"""Accounts that an admin deletes: signed out at once, their images handed over or deleted, and then gone."""

import asyncio
import time
from typing import Any
from uuid import UUID

import pytest

from tests.gateway.stage import PASSWORD, Gateway, Stage, bearer

SOON = 0.2


async def delete(gateway: Gateway, admin: dict[str, str], user: str, **asked: str) -> tuple[int, dict[str, Any]]:
    answer = await gateway.client.delete(f"/v1/users/{user}", headers=admin, params=asked)
    return answer.status_code, answer.json()


async def code_of(gateway: Gateway, headers: dict[str, str]) -> tuple[int, str | None]:
    answer = await gateway.client.get("/v1/me", headers=headers)
    return answer.status_code, answer.json().get("code")


async def gone(gateway: Gateway, admin: dict[str, str], user: str, *, within_s: float = 10) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if (await gateway.client.get(f"/v1/users/{user}", headers=admin)).status_code == 404:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_deleted_account_is_out_at_once_and_later_gone(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", account_settle_s=2, key_cache_s=0)
    admin = await gateway.joined()
    bob = await gateway.register("bob")
    session = await gateway.sign_in("bob")
    key = bearer((await gateway.a_key(session, "images:read"))["key"])
    answer = await gateway.client.delete(f"/v1/users/{bob['id']}", headers=admin, params={"images": "delete"})
    told = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/users/{bob['id']}")
    assert told["deletion"].pop("begun_at")
    assert (told["disabled"], told["deletion"]) == (True, {"images": "delete", "keep_for": None})
    assert await code_of(gateway, session) == (401, "account_disabled")
    assert await code_of(gateway, key) == (401, "account_disabled")
    assert (await delete(gateway, admin, bob["id"], images="delete"))[0] == 202
    change = await gateway.client.patch(f"/v1/users/{bob['id']}", headers=admin, json={"disabled": False})
    assert (change.status_code, change.json()["code"]) == (409, "deletion_under_way")
    taken = await gateway.client.post("/v1/users", json={"name": "bob", "password": PASSWORD})
    assert taken.json()["code"] == "name_taken"
    assert await gone(gateway, admin, bob["id"])
    left = gateway.fakes["catalog"].state.left
    assert left[:2] == [[bob["id"], None]] * 2
    assert len(left) > 2, "the last time only once no upload can arrive"
    assert await code_of(gateway, session) == (401, "unknown_key")
    assert (await gateway.register("bob"))["id"] != bob["id"]


async def test_images_are_kept_for_somebody_who_is_there(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", account_settle_s=SOON)
    admin = await gateway.joined()
    ada = (await gateway.client.get("/v1/me", headers=admin)).json()["id"]
    bob = (await gateway.register("bob"))["id"]
    for wrong in (
        {"images": "keep_for"},
        {"images": "delete", "keep_for": ada},
        {"images": "keep_for", "keep_for": bob},
        {"images": "keep_for", "keep_for": str(UUID(int=7))},
    ):
        status, problem = await delete(gateway, admin, bob, **wrong)
        assert (status, problem["errors"][0]["pointer"]) == (422, "/query/keep_for"), wrong
    assert (await delete(gateway, admin, bob, images="burn"))[0] == 422
    assert (await delete(gateway, admin, bob))[0] == 422
    status, told = await delete(gateway, admin, bob, images="keep_for", keep_for=ada)
    assert (status, told["deletion"]["images"], told["deletion"]["keep_for"]) == (202, "keep_for", ada)
    assert await gone(gateway, admin, bob)
    assert gateway.fakes["catalog"].state.left[0] == [bob, {"id": ada, "name": "ada"}]


async def test_what_would_leave_nobody_or_cross_is_refused(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    admin = await gateway.joined()
    ada = (await gateway.client.get("/v1/me", headers=admin)).json()["id"]
    bob, eve = [(await gateway.register(name))["id"] for name in ("bob", "eve")]
    status, problem = await delete(gateway, admin, ada, images="delete")
    assert (status, problem["code"]) == (409, "last_admin")
    assert (await delete(gateway, admin, bob, images="keep_for", keep_for=eve))[0] == 202
    for user, asked in (
        (bob, {"images": "delete"}),
        (bob, {"images": "keep_for", "keep_for": ada}),
        (eve, {"images": "delete"}),
    ):
        status, problem = await delete(gateway, admin, user, **asked)
        assert (status, problem["code"]) == (409, "deletion_under_way"), asked
    status, problem = await delete(gateway, admin, str(UUID(int=7)), images="delete")
    assert (status, problem["code"]) == (404, "not_found")


async def test_a_deletion_outlives_the_catalog_and_the_gateway(stage: Stage) -> None:
    database = await stage.database()
    first = await stage.gateway("catalog", database=database, account_settle_s=SOON)
    first.fakes["catalog"].state.calls_to_leave = None
    admin = await first.joined()
    bob = (await first.register("bob"))["id"]
    assert (await delete(first, admin, bob, images="delete"))[0] == 202
    assert not await gone(first, admin, bob, within_s=1)
    assert first.fakes["catalog"].state.left
    second = await stage.gateway("catalog", database=database, account_settle_s=SOON)
    assert await gone(second, admin, bob)


@pytest.mark.parametrize("how", ["disable", "delete"])
async def test_every_replica_refuses_within_five_seconds(stage: Stage, how: str) -> None:
    database = await stage.database()
    here = await stage.gateway("catalog", database=database)
    there = await stage.gateway("catalog", database=database)
    admin = await here.joined()
    bob = (await here.register("bob"))["id"]
    session = await here.sign_in("bob")
    key = bearer((await here.a_key(session, "images:read"))["key"])
    for headers in (session, key):
        assert await code_of(there, headers) == (200, None)
    since = time.monotonic()
    if how == "disable":
        await here.client.patch(f"/v1/users/{bob}", headers=admin, json={"disabled": True})
    else:
        await delete(here, admin, bob, images="delete")
    waiting = [session, key]
    while waiting and time.monotonic() < since + 8:
        waiting = [headers for headers in waiting if await code_of(there, headers) != (401, "account_disabled")]
        await asyncio.sleep(0.1)
    assert time.monotonic() - since < 5
