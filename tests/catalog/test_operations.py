"""/v1/operations without a worker: begun, seen, paused, resumed, cancelled, refused."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.kit.principal import Principal
from services.kit.testing.apps import ALL_SCOPES, a_user, client_of
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import NOBODY, RunningCatalog, running_catalog
from tests.catalog.fakes import FakeClassifier
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem
from tests.catalog.serving import a_free_port, served

VERBS = ("pause", "resume", "cancel")


@pytest.fixture
async def catalog(postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[RunningCatalog]:
    candidate = served(FakeClassifier().app(), a_free_port())
    async with candidate as url, running_catalog(postgres, tmp_path, candidate_url=url) as catalog:
        yield catalog


def member(catalog: RunningCatalog, number: int) -> httpx.AsyncClient:
    """Give a client of a user without the scope `admin`."""
    user = a_user(number)
    return client_of(catalog.app, "catalog", Principal(user.user_id, user.name, scopes=ALL_SCOPES - {"admin"}))


async def begin(catalog: RunningCatalog, model: str = "active", **headers: str) -> httpx.Response:
    return await catalog.client.post("/v1/images:reprocess", json={"model": model}, headers=headers)


async def begun(catalog: RunningCatalog, model: str = "active") -> dict[str, Any]:
    answer = await begin(catalog, model)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def say(client: httpx.AsyncClient, operation: dict[str, Any], verb: str) -> httpx.Response:
    return await client.post(f"/v1/operations/{operation['id']}:{verb}")


async def test_an_operation_is_begun_and_found_where_the_answer_says(catalog: RunningCatalog) -> None:
    for number in range(3):
        await catalog.upload(a_picture(number=number))
    answer = await begin(catalog, "candidate")
    operation = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/operations/{operation['id']}")
    assert operation == {
        "id": operation["id"],
        "kind": "reprocess",
        "state": "running",
        "progress": {"done": 0, "failed": 0, "total": 3},
        "parameters": {"model": "candidate", "space": None},
        "failures": [],
        "error": None,
        "created_by": {"id": str(a_user(1).identity), "name": "ada"},
        "created_at": operation["created_at"],
        "updated_at": operation["updated_at"],
        "finished_at": None,
    }
    found = await catalog.client.get(answer.headers["location"])
    assert (found.status_code, found.json()) == (200, operation)
    again = await catalog.client.get(answer.headers["location"], headers={"if-none-match": found.headers["etag"]})
    assert again.status_code == 304


async def test_the_same_request_again_begins_nothing_anew(catalog: RunningCatalog) -> None:
    first, second = [await begin(catalog, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert (second.status_code, second.json(), second.headers["idempotency-replayed"]) == (202, first.json(), "true")
    assert second.headers["location"] == first.headers["location"]
    other = await begin(catalog, "candidate", **{"Idempotency-Key": "one"})
    assert_problem(other, 422, "idempotency_key_reused")


async def test_one_at_a_time_also_for_many_at_once(catalog: RunningCatalog) -> None:
    answers = await asyncio.gather(*(begin(catalog, model) for model in ("active", "candidate") * 4))
    assert sorted(answer.status_code for answer in answers) == [202, *[409] * 7]
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409, "operation_under_way")
    [operation] = (await catalog.client.get("/v1/operations")).json()["items"]
    await say(catalog.client, operation, "pause")
    assert_problem(await begin(catalog), 409, "operation_under_way")
    await say(catalog.client, operation, "cancel")
    assert (await begin(catalog)).status_code == 202


async def test_verbs_may_be_said_twice_and_not_after_the_end(catalog: RunningCatalog) -> None:
    operation = await begun(catalog)
    for verb, state in (("pause", "paused"), ("resume", "running"), ("pause", "paused"), ("cancel", "cancelled")):
        for _ in range(2):
            answer = await say(catalog.client, operation, verb)
            assert (answer.status_code, answer.json()["state"]) == (200, state)
    assert answer.json()["finished_at"]
    for verb in ("pause", "resume"):
        assert_problem(await say(catalog.client, operation, verb), 409, "operation_over")
    for state in ("succeeded", "failed"):
        await catalog.rows("UPDATE operations SET state = :state", state=state)
        for verb in VERBS:
            assert_problem(await say(catalog.client, operation, verb), 409, "operation_over")


async def test_others_do_not_see_it_and_admins_do(catalog: RunningCatalog) -> None:
    operation = await begun(catalog)
    async with member(catalog, 2) as bob:
        hidden = [await bob.get(f"/v1/operations/{operation['id']}"), *[await say(bob, operation, v) for v in VERBS]]
        for answer in hidden:
            assert_problem(answer, 404, "not_found")
        assert (await bob.get("/v1/operations")).json() == {"items": [], "next_cursor": None}
    async with member(catalog, 1) as ada:
        assert [item["id"] for item in (await ada.get("/v1/operations")).json()["items"]] == [operation["id"]]
        assert (await say(ada, operation, "pause")).json()["state"] == "paused"
    assert (await catalog.bob.get(f"/v1/operations/{operation['id']}")).status_code == 200
    assert (await say(catalog.bob, operation, "resume")).json()["state"] == "running"


async def test_pages_are_newest_first(catalog: RunningCatalog) -> None:
    ids = []
    for _ in range(5):
        operation = await begun(catalog)
        await say(catalog.client, operation, "cancel")
        ids.append(operation["id"])
    listed, cursor = [], None
    while True:
        page = (
            await catalog.client.get("/v1/operations", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        ).json()
        listed += [item["id"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert listed == ids[::-1]
    assert_problem(await catalog.client.get("/v1/operations", params={"cursor": "x"}), 400, "invalid_cursor")


async def test_what_cannot_be_begun_is_refused(postgres: TestPostgres, tmp_path: Path) -> None:
    async with running_catalog(postgres, tmp_path, candidate_url=NOBODY) as catalog:
        assert_problem(await begin(catalog, "candidate"), 409, "no_candidate")
    async with running_catalog(postgres, tmp_path, candidate_url="") as catalog:
        problem = assert_problem(await begin(catalog, "candidate"), 409, "no_candidate")
        assert "PICTOR_CANDIDATE_URL" in problem["detail"]
        for body in ({}, {"model": "other"}, {"model": "active", "more": 1}):
            answer = await catalog.client.post("/v1/images:reprocess", json=body)
            assert_problem(answer, 422, "validation_failed")
        assert_problem(await say(catalog.client, {"id": uuid4()}, "pause"), 404, "not_found")
        assert (await catalog.client.get("/v1/operations")).json()["items"] == []
