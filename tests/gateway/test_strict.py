"""Nothing in silence on the gateway's own operations, by the same mechanism as behind it."""

import pytest

from tests.gateway.stage import PASSWORD, Stage


@pytest.mark.parametrize(
    ("method", "path", "pointer"),
    [
        ("GET", "/v1/me?fields=name", "/query/fields"),
        ("GET", "/v1/status?verbose=1", "/query/verbose"),
        ("GET", "/v1/openapi.json?v=1", "/query/v"),
        ("GET", "/v1/api-keys?limits=1", "/query/limits"),
        ("GET", "/v1/api-keys?limit=1&limit=2", "/query/limit"),
        ("GET", "/v1/api-keys?limit=1.0", "/query/limit"),
        ("GET", "/v1/api-keys?cursor=", "/query/cursor"),
        ("GET", "/v1/users?name=ada", "/query/name"),
        ("DELETE", "/v1/sessions?all=true", "/query/all"),
    ],
)
async def test_a_query_that_would_not_be_used_is_refused(stage: Stage, method: str, path: str, pointer: str) -> None:
    gateway = await stage.gateway()
    answer = await gateway.client.request(method, path, headers=await gateway.joined())
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("body", "pointer", "said"),
    [
        ({"scope": ["images:read"]}, "/scope", "Did you mean 'scopes'?"),
        ({"expires_at": "2040-01-01"}, "/expires_at", "time with its zone"),
        ({"expires_at": 2208988800}, "/expires_at", "time with its zone"),
        ({"expires_at": "2208988800"}, "/expires_at", "time with its zone"),
        ({"expires_at": "2040-01-01T00:00:00"}, "/expires_at", "time with its zone"),
        ({"expires_at": "2040-01-01T00:00Z"}, "/expires_at", "time with its zone"),
        ({"expires_at": "2040-13-01T00:00:00Z"}, "/expires_at", "month"),
        ({"expires_at": True}, "/expires_at", "time with its zone"),
    ],
)
async def test_a_key_is_refused_for_what_it_does_not_know(
    stage: Stage, body: dict[str, object], pointer: str, said: str
) -> None:
    gateway = await stage.gateway()
    headers = await gateway.joined()
    whole = {"name": "test", "scopes": ["images:read"], **body}
    answer = await gateway.client.post("/v1/api-keys", json=whole, headers=headers)
    assert answer.status_code == 422, answer.text
    [error] = answer.json()["errors"]
    assert (error["pointer"], said in error["message"]) == (pointer, True), error
    assert (await gateway.client.get("/v1/api-keys", headers=headers)).json()["items"] == []


async def test_seconds_are_a_number_and_nothing_that_looks_like_one(stage: Stage) -> None:
    gateway = await stage.gateway()
    headers = await gateway.joined()
    key = await gateway.a_key(headers, "images:read", expires_at="2040-01-01T01:00:00+01:00")
    assert key["expires_at"] == "2040-01-01T00:00:00Z"
    path = f"/v1/api-keys/{key['id']}:rotate"
    for seconds in (True, "5", 5.0, 1.5, None, -1):
        answer = await gateway.client.post(path, json={"overlap_s": seconds}, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/overlap_s"), seconds
    assert (await gateway.client.post(path, json={"overlap_s": 5}, headers=headers)).status_code == 200


async def test_names_that_mean_something_else_are_reserved(stage: Stage) -> None:
    gateway = await stage.gateway()
    for name in ("me", "Me", "0197a3c0-0000-7000-8000-00000000abcd", "0197A3C00000700080000000000000AB"):
        answer = await gateway.client.post("/v1/users", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 422
        assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/name", "reserved_name")]
    for name in ("mee", "me.", "0197a3c0-0000-7000-8000-00000000abc"):
        await gateway.register(name)
