"""Idempotency keys: once, twice, at once, with another body, by another user, after an error."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from services.kit.testing.apps import a_user, client_of


async def create(client: httpx.AsyncClient, key: str, **body: object) -> httpx.Response:
    return await client.post("/v1/things", json=body, headers={"idempotency-key": key})


async def names(client: httpx.AsyncClient) -> list[str]:
    return [item["name"] for item in (await client.get("/v1/things")).json()["items"]]


async def test_the_same_key_gives_the_first_answer_again(client: httpx.AsyncClient) -> None:
    first = await create(client, "k", name="a")
    second = await create(client, "k", name="a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert await names(client) == ["a"]


async def test_the_same_key_with_another_body_is_refused(client: httpx.AsyncClient) -> None:
    await create(client, "k", name="a")
    answer = await create(client, "k", name="b")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert await names(client) == ["a"]


async def test_twenty_at_once_do_the_work_once(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(create(client, "k", name="a", slow_s=0.3) for _ in range(20)))
    statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409}
    assert statuses[0] == 201
    in_flight = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert set(in_flight) == {"idempotency_in_flight"}
    assert await names(client) == ["a"]


async def test_an_error_is_not_kept(client: httpx.AsyncClient) -> None:
    await create(client, "other", name="taken")
    refused = await create(client, "k", name="taken")
    assert (refused.status_code, refused.json()["code"]) == (409, "name_taken")
    assert (await create(client, "k", name="free")).status_code == 201


async def test_a_key_belongs_to_its_user(app: FastAPI, client: httpx.AsyncClient) -> None:
    await create(client, "k", name="a")
    async with client_of(app, "things", a_user(2)) as other:
        answer = await create(other, "k", name="b")
    assert (answer.status_code, "idempotency-replayed" in answer.headers) == (201, False)


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "ümlaut".encode().decode("latin-1")])
async def test_a_key_that_is_no_key_is_refused(client: httpx.AsyncClient, key: str) -> None:
    answer = await client.post("/v1/things", json={"name": "a"}, headers={b"idempotency-key": key.encode("latin-1")})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/header/Idempotency-Key")
    assert await names(client) == []
