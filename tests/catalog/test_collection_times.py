"""A collection's `updated_at` moves with its members, and with nothing else; and nobody waits in a circle for that."""

import asyncio
from collections import Counter

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture


async def a_collection(catalog: RunningCatalog, *, by: int = 1) -> str:
    made = await catalog.user(by).post("/v1/collections", json={"name": "Holidays"})
    return f"/v1/collections/{made.json()['id']}"


async def moves(catalog: RunningCatalog, here: str, method: str, path: str, *, by: int = 1, **body: object) -> bool:
    """Do something as ada; say whether the collection's time moved on. It never goes back."""
    before = (await catalog.user(by).get(here)).json()["updated_at"]
    answer = await catalog.client.request(method, path, **body)
    assert answer.status_code < 300, answer.text
    after = (await catalog.user(by).get(here)).json()["updated_at"]
    assert after >= before
    return bool(after > before)


async def test_images_that_come_and_go_move_it(catalog: RunningCatalog) -> None:
    here = await a_collection(catalog)
    images = [(await catalog.upload(a_picture(number=number)))["id"] for number in range(3)]
    assert await moves(catalog, here, "PUT", f"{here}/images/{images[0]}")
    assert not await moves(catalog, here, "PUT", f"{here}/images/{images[0]}"), "it was there"
    assert await moves(catalog, here, "PUT", f"{here}/images/{images[1]}")
    assert await moves(catalog, here, "PUT", f"{here}/images/{images[2]}")
    assert not await moves(catalog, here, "PATCH", f"/v1/images/{images[0]}", json={"title": "x"})
    assert await moves(catalog, here, "DELETE", f"{here}/images/{images[0]}")
    assert not await moves(catalog, here, "DELETE", f"{here}/images/{images[0]}"), "it was gone"
    assert await moves(catalog, here, "DELETE", f"/v1/images/{images[1]}")
    assert await moves(catalog, here, "POST", "/v1/images:batchDelete", json={"ids": [images[2], images[0]]})
    assert not await moves(catalog, here, "GET", f"{here}/images")
    listed = (await catalog.client.get("/v1/collections")).json()["items"]
    assert (await catalog.client.get(here)).json() in listed


async def test_favorites_move_too(catalog: RunningCatalog) -> None:
    here, image = "/v1/collections/favorites", (await catalog.upload())["id"]
    assert await moves(catalog, here, "PUT", f"{here}/images/{image}")
    assert await moves(catalog, here, "DELETE", f"/v1/images/{image}")


async def test_an_image_that_is_hidden_and_shown_moves_the_collections_of_others(catalog: RunningCatalog) -> None:
    image = (await catalog.upload(visibility="public"))["id"]
    theirs = await a_collection(catalog, by=2)
    await catalog.bob.put(f"{theirs}/images/{image}")
    path = f"/v1/images/{image}"
    assert await moves(catalog, theirs, "PATCH", path, by=2, json={"visibility": "private"})
    assert not await moves(catalog, theirs, "PATCH", path, by=2, json={"visibility": "private"})
    update = {"updates": [{"id": image, "visibility": "public"}]}
    assert await moves(catalog, theirs, "POST", "/v1/images:batchUpdate", by=2, json=update)
    assert not await moves(catalog, theirs, "POST", "/v1/images:batchUpdate", by=2, json=update)


async def test_a_name_may_stand_twice(catalog: RunningCatalog) -> None:
    first, second = await a_collection(catalog), await a_collection(catalog)
    assert first != second
    image = (await catalog.upload())["id"]
    await catalog.client.put(f"{first}/images/{image}")
    counts = [(await catalog.client.get(here)).json()["image_count"] for here in (first, second)]
    assert counts == [1, 0]


async def test_putting_taking_deleting_and_hiding_at_once_answers_everybody(catalog: RunningCatalog) -> None:
    """What holds images and collections holds them in one order: a circle would be a 500 after a second."""
    images = [(await catalog.upload(a_picture(number=number), visibility="public"))["id"] for number in range(6)]
    here = [await a_collection(catalog) for _ in range(3)]
    for collection in here:
        for image in images[:4]:
            await catalog.client.put(f"{collection}/images/{image}")
    calls = [catalog.client.put(f"{collection}/images/{image}") for collection in here for image in images]
    calls += [catalog.client.delete(f"{collection}/images/{image}") for collection in here for image in images[:2]]
    calls += [catalog.client.patch(f"/v1/images/{image}", json={"visibility": "private"}) for image in images]
    calls += [catalog.client.post("/v1/images:batchDelete", json={"ids": images[3:0:-1]})]
    calls += [catalog.client.delete(f"/v1/images/{images[0]}"), catalog.client.delete(here[2])]
    answers = await asyncio.gather(*calls)
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses.keys() <= {200, 204, 404}, statuses
