"""Quotas: said by the settings, or for one user by an admin; told to the catalog with uploads, and to their user."""

from typing import Any

from services.protocol.quota import HEADER
from tests.gateway.stage import Gateway, Stage


async def told(gateway: Gateway, headers: dict[str, str], path: str = "/v1/images") -> list[str]:
    """Send something, with a quota of one's own invention; give those that reach the catalog."""
    more = {**headers, HEADER: "[null, null]", "content-type": "image/jpeg"}
    seen: dict[str, Any] = (await gateway.client.post(path, headers=more, content=b"x")).json()
    return [value for name, value in seen["headers"] if name == HEADER]


async def test_an_admin_says_what_one_user_may_keep(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", quota_images=100, key_cache_s=0)
    admin = await gateway.joined()
    bob = (await gateway.register("bob"))["id"]
    member = await gateway.sign_in("bob")
    assert await told(gateway, member) == ["[null, 100]"]
    changes: list[tuple[dict[str, int | None], list[str]]] = [
        ({"quota_bytes": 5_000}, ["[5000, 100]"]),
        ({"quota_images": 7}, ["[5000, 7]"]),
        ({"quota_bytes": None}, ["[null, 7]"]),
        ({"quota_bytes": 0, "quota_images": None}, ["[0, 100]"]),
    ]
    for change, wanted in changes:
        answer = await gateway.client.patch(f"/v1/users/{bob}", headers=admin, json=change)
        assert answer.json() | change == answer.json()
        assert await told(gateway, member) == wanted
    assert await told(gateway, member, "/v1/images:check") == []
    assert await told(gateway, admin) == ["[null, 100]"]
    actions = (await gateway.client.get("/v1/audit", headers=admin, params={"action": "user.quota_changed"})).json()
    assert [event["subject"] for event in actions["items"]] == [bob] * len(changes)
    for wrong in (-1, 2**53, "many", True):
        answer = await gateway.client.patch(f"/v1/users/{bob}", headers=admin, json={"quota_bytes": wrong})
        assert answer.status_code == 422, wrong


async def test_a_user_is_told_and_without_a_quota_nobody_is_asked(stage: Stage) -> None:
    free = await stage.gateway("catalog")
    headers = await free.joined()
    assert (await free.client.get("/v1/me", headers=headers)).json()["quota"] is None
    assert await told(free, headers) == []
    bound = await stage.gateway("catalog", quota_bytes=1_000)
    headers = await bound.joined()
    quota = (await bound.client.get("/v1/me", headers=headers)).json()["quota"]
    assert quota == {"max_bytes": 1000, "max_images": None, "bytes": 700, "images": 7}
    away = await stage.gateway(quota_bytes=1_000)
    headers = await away.joined()
    quota = (await away.client.get("/v1/me", headers=headers)).json()["quota"]
    assert quota == {"max_bytes": 1000, "max_images": None, "bytes": None, "images": None}
