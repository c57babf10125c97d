"""Collections, and favorites, which everyone has."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem
from tests.catalog.serving import eventually


async def a_collection(catalog: RunningCatalog, name: str = "Holidays", *, by: int = 1, **said: str) -> dict[str, Any]:
    answer = await catalog.user(by).post("/v1/collections", json={"name": name, **said})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def images_of(client: httpx.AsyncClient, name: str, **query: Any) -> list[str]:
    answer = await client.get(f"/v1/collections/{name}/images", params=query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_a_collection_from_its_making_to_its_end(catalog: RunningCatalog) -> None:
    made = await a_collection(catalog, "  Holidays ", description="By the sea")
    here = f"/v1/collections/{made['id']}"
    assert made == {
        "id": made["id"],
        "kind": "user",
        "name": "Holidays",
        "description": "By the sea",
        "image_count": 0,
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
    }
    assert (await catalog.client.get(here)).json() == made
    renamed = (await catalog.client.patch(here, json={"name": "Work"})).json()
    assert renamed == {**made, "name": "Work", "updated_at": renamed["updated_at"]}
    image = await catalog.upload()
    await catalog.client.put(f"{here}/images/{image['id']}")
    assert (await catalog.client.delete(here)).status_code == 204
    assert_problem(await catalog.client.get(here), 404, "not_found")
    assert_problem(await catalog.client.delete(here), 404, "not_found")
    assert await catalog.image(image["id"]) == image


async def test_everyone_has_favorites_from_the_start(catalog: RunningCatalog) -> None:
    ours, theirs = [(await client.get("/v1/collections/favorites")).json() for client in (catalog.client, catalog.bob)]
    assert ours == {
        "id": ours["id"],
        "kind": "favorites",
        "name": "Favorites",
        "description": "",
        "image_count": 0,
        "created_at": ours["created_at"],
        "updated_at": ours["updated_at"],
    }
    assert theirs["id"] != ours["id"]
    assert (await catalog.client.get("/v1/collections")).json() == {"items": [ours], "next_cursor": None}
    assert (await catalog.client.get(f"/v1/collections/{ours['id']}")).json() == ours


async def test_favorites_asked_for_by_many_at_once_are_one(catalog: RunningCatalog) -> None:
    answers = await asyncio.gather(*(catalog.client.get("/v1/collections/favorites") for _ in range(10)))
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_favorites_stay(catalog: RunningCatalog) -> None:
    favorites = (await catalog.client.get("/v1/collections/favorites")).json()
    for name in ("favorites", favorites["id"]):
        here = f"/v1/collections/{name}"
        assert_problem(await catalog.client.patch(here, json={"name": "Mine"}), 409, "favorites_stay")
        assert_problem(await catalog.client.delete(here), 409, "favorites_stay")
    assert (await catalog.client.get("/v1/collections/favorites")).json() == favorites


async def test_an_image_says_whether_it_is_a_favorite_of_who_asks(catalog: RunningCatalog) -> None:
    image = await catalog.upload(visibility="public")
    other = await a_collection(catalog)
    await catalog.client.put(f"/v1/collections/{other['id']}/images/{image['id']}")
    assert (await catalog.image(image["id"]))["in_favorites"] is False
    await catalog.bob.put(f"/v1/collections/favorites/images/{image['id']}")
    assert (await catalog.image(image["id"]))["in_favorites"] is False
    assert (await catalog.image(image["id"], by=2))["in_favorites"] is True
    assert [found["in_favorites"] for found in await catalog.listed(by=2, collection="favorites")] == [True]
    await catalog.bob.delete(f"/v1/collections/favorites/images/{image['id']}")
    assert (await catalog.image(image["id"], by=2))["in_favorites"] is False


async def test_putting_and_taking_twice_is_the_same_as_once(catalog: RunningCatalog) -> None:
    image, made = await catalog.upload(), await a_collection(catalog)
    there = f"/v1/collections/{made['id']}/images/{image['id']}"
    for method, count in (("PUT", 1), ("PUT", 1), ("DELETE", 0), ("DELETE", 0)):
        answer = await catalog.client.request(method, there)
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await catalog.client.get(f"/v1/collections/{made['id']}")).json()["image_count"] == count
    answers = await asyncio.gather(*(catalog.client.put(there) for _ in range(10)))
    assert Counter(answer.status_code for answer in answers) == {204: 10}
    assert await images_of(catalog.client, made["id"]) == [image["id"]]


async def test_taking_out_what_never_was_there_is_fine(catalog: RunningCatalog) -> None:
    made = await a_collection(catalog)
    assert (await catalog.client.delete(f"/v1/collections/{made['id']}/images/{uuid4()}")).status_code == 204


async def test_images_come_last_added_first_page_by_page(catalog: RunningCatalog) -> None:
    made = await a_collection(catalog)
    images = [(await catalog.upload(a_picture(number=number)))["id"] for number in range(5)]
    order = [images[place] for place in (2, 0, 4, 1, 3)]
    for image in order:
        await catalog.client.put(f"/v1/collections/{made['id']}/images/{image}")
    assert await images_of(catalog.client, made["id"]) == order[::-1]
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        answer = await catalog.client.get(f"/v1/collections/{made['id']}/images", params={"limit": 2, **cursor})
        found += [item["id"] for item in answer.json()["items"]]
        cursor = {"cursor": answer.json()["next_cursor"]}
        await catalog.client.delete(f"/v1/collections/{made['id']}/images/{found[0]}")
    assert (found, cursor) == (order[::-1], {"cursor": None})


async def test_collections_come_newest_first_page_by_page(catalog: RunningCatalog) -> None:
    names = [f"C{number}" for number in range(4)]
    for name in names:
        await a_collection(catalog, name)
    first = (await catalog.client.get("/v1/collections", params={"limit": 3})).json()
    second = (await catalog.client.get("/v1/collections", params={"cursor": first["next_cursor"]})).json()
    listed = [item["name"] for item in first["items"] + second["items"]]
    assert (listed, second["next_cursor"]) == (["Favorites", "C3", "C2", "C1", "C0"], None)


async def test_an_image_that_became_private_is_in_no_collection_of_others(catalog: RunningCatalog) -> None:
    image = await catalog.upload(visibility="public")
    found = await a_collection(catalog, "Found", by=2)
    await catalog.bob.put(f"/v1/collections/{found['id']}/images/{image['id']}")
    await catalog.client.patch(f"/v1/images/{image['id']}", json={"visibility": "private"})
    assert (await catalog.bob.get(f"/v1/collections/{found['id']}")).json()["image_count"] == 0
    assert await images_of(catalog.bob, found["id"]) == []
    assert await catalog.listed(by=2, collection=found["id"]) == []
    await catalog.client.patch(f"/v1/images/{image['id']}", json={"visibility": "public"})
    assert await images_of(catalog.bob, found["id"]) == [image["id"]]


async def test_a_collection_deleted_while_an_image_is_put_into_it_is_not_there(catalog: RunningCatalog) -> None:
    image, made = await catalog.upload(), await a_collection(catalog)
    async with catalog.app.state.database.engine.connect() as other:
        await other.exec_driver_sql(f"DELETE FROM collections WHERE id = '{made['id']}'")  # noqa: S608 - our own id
        putting = asyncio.create_task(catalog.client.put(f"/v1/collections/{made['id']}/images/{image['id']}"))
        await eventually(lambda: catalog.rows("SELECT 1 FROM pg_locks WHERE NOT granted"))
        await other.commit()
    assert_problem(await putting, 404, "not_found")


REFUSED = {
    "no name": ({}, ["/name"]),
    "empty name": ({"name": "  "}, ["/name"]),
    "long name": ({"name": "x" * 201}, ["/name"]),
    "NUL in the name": ({"name": "a\x00b"}, ["/name"]),
    "NUL in the description": ({"name": "a", "description": "\x00"}, ["/description"]),
    "unknown field": ({"name": "a", "kind": "favorites"}, ["/kind"]),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_collection_is_refused(catalog: RunningCatalog, name: str) -> None:
    body, pointers = REFUSED[name]
    answer = await catalog.client.post("/v1/collections", json=body)
    assert_problem(answer, 422, "validation_failed", pointers=pointers)
    made = await a_collection(catalog)
    if body:
        changed = await catalog.client.patch(f"/v1/collections/{made['id']}", json=body)
        assert_problem(changed, 422, "validation_failed", pointers=pointers)
    assert (await catalog.client.get(f"/v1/collections/{made['id']}")).json() == made
    assert await catalog.rows("SELECT name FROM collections WHERE kind = 'user'") == [("Holidays",)]


async def test_a_favorite_is_one_in_every_collection(catalog: RunningCatalog) -> None:
    image = (await catalog.upload())["id"]
    here = (await a_collection(catalog))["id"]
    for collection, favorite in ((here, False), ("favorites", True)):
        await catalog.client.put(f"/v1/collections/{collection}/images/{image}")
        listed = (await catalog.client.get(f"/v1/collections/{here}/images")).json()["items"]
        assert [one["in_favorites"] for one in listed] == [favorite]
