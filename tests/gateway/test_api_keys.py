"""API keys."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import text

from services.gateway.accounts.api_keys import MAX_KEYS
from tests.gateway.stage import Stage, bearer


async def test_a_key_is_shown_once_and_listed_without_its_secret(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    expires_at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    body = {"name": "import", "scopes": ["images:write", "images:read", "images:read"], "expires_at": expires_at}
    answer = await gateway.client.post("/v1/api-keys", json=body, headers=session)
    key = answer.json()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    prefix, key_id, secret, check = key["key"].split("_")
    assert (prefix, key_id, len(secret), len(check)) == ("pk", key["id"].replace("-", ""), 64, 8)
    listed = (await gateway.client.get("/v1/api-keys", headers=session)).json()
    assert listed == {
        "items": [
            {
                "id": key["id"],
                "name": "import",
                "scopes": ["images:read", "images:write"],
                "created_at": key["created_at"],
                "expires_at": key["expires_at"],
                "last_used_at": None,
            }
        ],
        "next_cursor": None,
    }
    async with gateway.app.state.database.transaction() as database:
        dump = str((await database.execute(text("SELECT * FROM api_keys"))).all())
    assert secret not in dump


async def test_pages_are_newest_first_and_complete(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    made = [(await gateway.a_key(session, "classify"))["id"] for _ in range(5)]
    found, cursor = [], None
    for _ in range(4):
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await gateway.client.get("/v1/api-keys", params=params, headers=session)).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == made[::-1]


async def test_a_cursor_of_another_user_or_of_nobody_is_refused(stage: Stage) -> None:
    gateway = await stage.gateway()
    ada, bob = await gateway.joined("ada"), await gateway.joined("bob")
    for _ in range(2):
        await gateway.a_key(ada, "classify")
    cursor = (await gateway.client.get("/v1/api-keys?limit=1", headers=ada)).json()["next_cursor"]
    for foreign in (cursor, "bm9uc2Vuc2U", "\u00e9"):
        answer = await gateway.client.get("/v1/api-keys", params={"cursor": foreign}, headers=bob)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


async def test_a_key_gives_no_scope_that_its_maker_lacks(stage: Stage) -> None:
    gateway = await stage.gateway()
    await gateway.register("the-admin")
    member = await gateway.joined("ada")
    small = bearer((await gateway.a_key(member, "account", "classify"))["key"])
    for headers, wanted, missing in [(member, "admin", "admin"), (small, "images:read", "images:read")]:
        body = {"name": "more", "scopes": ["classify", wanted]}
        answer = await gateway.client.post("/v1/api-keys", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert missing in answer.json()["detail"]
    assert (await gateway.a_key(small, "classify"))["scopes"] == ["classify"]


async def test_a_small_key_fetches_itself_no_larger_one(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    body = {"name": "large", "scopes": ["account", "images:write"]}
    once = {"idempotency-key": "guessed"}
    large = (await gateway.client.post("/v1/api-keys", json=body, headers={**session, **once})).json()
    small = bearer((await gateway.a_key(session, "account"))["key"])
    rotated = await gateway.client.post(f"/v1/api-keys/{large['id']}:rotate", headers=small)
    assert (rotated.status_code, rotated.json()["code"]) == (403, "insufficient_scope")
    replayed = await gateway.client.post("/v1/api-keys", json=body, headers={**small, **once})
    assert (replayed.status_code, replayed.json()["code"]) == (403, "insufficient_scope")
    assert (await gateway.client.get("/v1/me", headers=bearer(large["key"]))).status_code == 200


async def test_a_repetition_shows_the_same_key_and_stores_no_secret(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    body, headers = {"name": "once", "scopes": ["classify"]}, {**session, "idempotency-key": "k-1"}
    answers = [await gateway.client.post("/v1/api-keys", json=body, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.text for answer in answers}) == 1
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, "true", "true"]
    key = answers[0].json()
    assert (await gateway.client.get("/v1/me", headers=bearer(key["key"]))).status_code == 200
    assert len((await gateway.client.get("/v1/api-keys", headers=session)).json()["items"]) == 1
    async with gateway.app.state.database.transaction() as database:
        kept = bytes(await database.scalar(text("SELECT body FROM idempotency_keys"))).decode()
    assert key["key"].split("_")[2] not in kept

    rotations = [
        await gateway.client.post(f"/v1/api-keys/{key['id']}:rotate", headers={**session, "idempotency-key": "k-2"})
        for _ in range(2)
    ]
    assert rotations[0].json() == rotations[1].json()
    assert rotations[0].json()["key"] != key["key"]


async def test_parallel_repetitions_make_one_key(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    body, headers = {"name": "once", "scopes": ["classify"]}, {**session, "idempotency-key": "k"}
    answers = await asyncio.gather(
        *(gateway.client.post("/v1/api-keys", json=body, headers=headers) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["key"] for answer in answers if answer.status_code == 201}) == 1
    assert len((await gateway.client.get("/v1/api-keys", headers=session)).json()["items"]) == 1


async def test_rotation_ends_the_old_secret_now_or_after_the_overlap(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    first = await gateway.a_key(session, "account")
    rotate = f"/v1/api-keys/{first['id']}:rotate"
    second = (await gateway.client.post(rotate, json={"overlap_s": 60}, headers=session)).json()
    assert second == {**first, "key": second["key"]}
    for key in (first, second):
        assert (await gateway.client.get("/v1/me", headers=bearer(key["key"]))).status_code == 200
    third = (await gateway.client.post(rotate, headers=bearer(second["key"]))).json()
    codes = [
        (await gateway.client.get("/v1/me", headers=bearer(key["key"]))).json().get("code")
        for key in (first, second, third)
    ]
    assert codes == ["unknown_key", "unknown_key", None]


async def test_a_secret_in_its_overlap_ends_with_it(stage: Stage) -> None:
    gateway = await stage.gateway(key_cache_s=0)
    session = await gateway.joined()
    first = await gateway.a_key(session, "account")
    await gateway.client.post(f"/v1/api-keys/{first['id']}:rotate", json={"overlap_s": 1}, headers=session)
    assert (await gateway.client.get("/v1/me", headers=bearer(first["key"]))).status_code == 200
    await asyncio.sleep(1.1)
    assert (await gateway.client.get("/v1/me", headers=bearer(first["key"]))).json()["code"] == "unknown_key"


async def test_overlaps_out_of_range_are_refused(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    key = await gateway.a_key(session, "account")
    for overlap_s in (-1, 86_401, "long", None):
        body = {"overlap_s": overlap_s}
        answer = await gateway.client.post(f"/v1/api-keys/{key['id']}:rotate", json=body, headers=session)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/overlap_s")
    assert (await gateway.client.get("/v1/me", headers=bearer(key["key"]))).status_code == 200


async def test_revoking_is_final_and_may_be_repeated(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    key = await gateway.a_key(session, "account")
    path = f"/v1/api-keys/{key['id']}"
    assert (await gateway.client.get("/v1/me", headers=bearer(key["key"]))).status_code == 200
    assert (await gateway.client.delete(path, headers=session)).status_code == 204
    refused = await gateway.client.get("/v1/me", headers=bearer(key["key"]))
    assert (refused.status_code, refused.json()["code"]) == (401, "revoked_key")
    assert (await gateway.client.delete(path, headers=session)).status_code == 204
    rotated = await gateway.client.post(f"{path}:rotate", headers=session)
    assert (rotated.status_code, rotated.json()["code"]) == (404, "not_found")
    assert (await gateway.client.get("/v1/api-keys", headers=session)).json()["items"] == []


async def test_foreign_and_unknown_keys_are_not_there(stage: Stage) -> None:
    gateway = await stage.gateway()
    ada, bob = await gateway.joined("ada"), await gateway.joined("bob")
    key = await gateway.a_key(ada, "account")
    answers = []
    for key_id in (key["id"], str(uuid4())):
        answers.append(await gateway.client.delete(f"/v1/api-keys/{key_id}", headers=bob))
        answers.append(await gateway.client.post(f"/v1/api-keys/{key_id}:rotate", headers=bob))
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "not_found")}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert (await gateway.client.get("/v1/api-keys", headers=bob)).json()["items"] == []
    assert (await gateway.client.get("/v1/me", headers=bearer(key["key"]))).status_code == 200


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"name": "", "scopes": ["classify"]}, "/name"),
    ({"name": "nul\x00", "scopes": ["classify"]}, "/name"),
    ({"name": "x" * 101, "scopes": ["classify"]}, "/name"),
    ({"name": "key", "scopes": []}, "/scopes"),
    ({"name": "key", "scopes": ["everything"]}, "/scopes/0"),
    ({"name": "key", "scopes": ["classify"], "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
    ({"name": "key", "scopes": ["classify"], "expires_at": "2090-01-01T00:00:00"}, "/expires_at"),
    ({"name": "key", "scopes": ["classify"], "user_id": "x"}, "/user_id"),
]


async def test_refused_keys_say_what_is_wrong(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    for body, pointer in REFUSED:
        answer = await gateway.client.post("/v1/api-keys", json=body, headers=session)
        assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [pointer])
    assert (await gateway.client.get("/v1/api-keys", headers=session)).json()["items"] == []


async def test_there_is_a_most_of_keys(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    await gateway.a_key(session, "classify")
    more = text(
        "INSERT INTO api_keys (id, user_id, name, scopes, digest) "
        "SELECT gen_random_uuid(), user_id, name, scopes, digest FROM api_keys, generate_series(2, :most)"
    )
    async with gateway.app.state.database.transaction() as database:
        await database.execute(more, {"most": MAX_KEYS})
    answer = await gateway.client.post("/v1/api-keys", json={"name": "x", "scopes": ["classify"]}, headers=session)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_keys")
