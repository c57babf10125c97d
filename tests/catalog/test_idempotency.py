"""Idempotency keys on what creates: uploads, collections, reprocessing."""

import httpx

from tests.catalog.factories import JPEG, NOTHING, RunningCatalog
from tests.catalog.pictures import a_picture


async def send(catalog: RunningCatalog, data: bytes, *, by: int = 1, **said: str) -> httpx.Response:
    return await catalog.user(by).post(
        "/v1/images", params=said, content=data, headers={**JPEG, "idempotency-key": "key-1"}
    )


async def test_the_same_key_and_body_give_the_first_answer(catalog: RunningCatalog) -> None:
    first = await send(catalog, a_picture(), title="A")
    await catalog.client.patch(f"/v1/images/{first.json()['id']}", json={"title": "B"})
    second = await send(catalog, a_picture(), title="A")
    assert (second.status_code, second.content) == (201, first.content)
    for header in ("etag", "location", "content-type"):
        assert second.headers[header] == first.headers[header]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert (await catalog.contents())["images"] == 1


async def test_the_same_key_with_another_body_is_refused(catalog: RunningCatalog) -> None:
    await send(catalog, a_picture())
    for other in (await send(catalog, a_picture(number=1)), await send(catalog, a_picture(), title="B")):
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    contents = await catalog.contents()
    assert (contents["images"], contents["objects"]) == (1, 4)


async def test_other_fields_in_a_form_are_another_body(catalog: RunningCatalog) -> None:
    async def send_form(title: str) -> httpx.Response:
        return await catalog.client.post(
            "/v1/images",
            files={"file": ("a.jpg", a_picture())},
            data={"title": title},
            headers={"idempotency-key": "k"},
        )

    first, again, other = await send_form("A"), await send_form("A"), await send_form("B")
    assert (first.status_code, again.content) == (201, first.content)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_errors_are_not_kept(catalog: RunningCatalog) -> None:
    assert (await send(catalog, b"no image")).status_code == 415
    assert await catalog.contents() == NOTHING
    assert (await send(catalog, a_picture())).status_code == 201


async def test_keys_of_two_people_are_two_keys(catalog: RunningCatalog) -> None:
    ours, theirs = await send(catalog, a_picture()), await send(catalog, a_picture(), by=2)
    assert (ours.status_code, theirs.status_code) == (201, 201)
    assert ours.json()["id"] != theirs.json()["id"]


async def test_a_replay_is_answered_although_the_image_is_deleted(catalog: RunningCatalog) -> None:
    first = await send(catalog, a_picture())
    await catalog.client.delete(first.headers["location"])
    second = await send(catalog, a_picture())
    assert (second.status_code, second.content) == (201, first.content)
    assert (await catalog.client.get("/v1/images")).json() == {"items": [], "next_cursor": None, "facets": None}


async def test_a_collection_is_made_once_a_key(catalog: RunningCatalog) -> None:
    async def make(name: str) -> httpx.Response:
        return await catalog.client.post("/v1/collections", json={"name": name}, headers={"idempotency-key": "k"})

    first, again, other = await make("Holidays"), await make("Holidays"), await make("Work")
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    names = [item["name"] for item in (await catalog.client.get("/v1/collections")).json()["items"]]
    assert sorted(names) == ["Favorites", "Holidays"]


async def test_reprocessing_is_ordered_once_a_key(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    await catalog.rows("DELETE FROM jobs")
    answers = [
        await catalog.client.post(f"/v1/images/{image['id']}:reprocess", headers={"idempotency-key": "k"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert await catalog.rows("SELECT kind, state FROM jobs") == [("ingest", "queued")]


async def test_a_key_of_more_than_visible_characters_is_refused(catalog: RunningCatalog) -> None:
    for key in ("a b", "k" * 256):
        answer = await catalog.client.post("/v1/images", content=a_picture(), headers={**JPEG, "idempotency-key": key})
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert await catalog.contents() == NOTHING
