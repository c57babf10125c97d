"""Bytes that are sent again while their image is in the trash bring it back."""

import hashlib
from typing import Any

import httpx

from tests.catalog.factories import JPEG, RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem
from tests.catalog.test_lost_originals import damage, known, path_of
from tests.catalog.test_trash import delete, in_trash, restore

DATA = a_picture(number=7)


async def send(catalog: RunningCatalog, **said: Any) -> httpx.Response:
    return await catalog.client.post("/v1/images", content=DATA, headers=JPEG, params=said)


async def test_the_image_is_restored_as_it_was(catalog: RunningCatalog) -> None:
    image = await catalog.upload(DATA, title="Sea", tags=["sea"])
    await catalog.client.put(f"/v1/collections/favorites/images/{image['id']}")
    await delete(catalog, image)
    assert await known(catalog, DATA) is None
    answer = await send(catalog, title="Other")
    there = await catalog.image(image["id"])
    assert (answer.status_code, answer.json()) == (
        200,
        {**there, "duplicate": True, "mended": False, "restored": True},
    )
    assert {**image, "updated_at": there["updated_at"], "in_favorites": True} == there
    assert await in_trash(catalog) == []
    assert (await send(catalog)).json()["restored"] is False
    assert await catalog.rows("SELECT kind FROM jobs ORDER BY kind") == [("ingest",), ("sync",)]


async def test_on_duplicate(catalog: RunningCatalog) -> None:
    image = await catalog.upload(DATA, title="Sea", tags=["sea"])
    await delete(catalog, image)
    updated = await send(catalog, on_duplicate="update", title="Lake")
    assert (updated.json()["title"], updated.json()["tags"], updated.json()["restored"]) == ("Lake", ["sea"], True)
    await delete(catalog, image)
    answer = await send(catalog, on_duplicate="error")
    assert (answer.status_code, answer.json()["restored"]) == (200, True), "what is in the trash is no duplicate"
    assert_problem(await send(catalog, on_duplicate="error"), 409, "duplicate_image")


async def test_another_persons_trash_is_left_alone(catalog: RunningCatalog) -> None:
    image = await catalog.upload(DATA)
    await delete(catalog, image)
    his = await catalog.upload(DATA, by=2)
    assert his["id"] != image["id"]
    assert await in_trash(catalog) == [image["id"]]


async def test_a_lost_original_is_mended_on_the_way(catalog: RunningCatalog) -> None:
    image = await catalog.upload(DATA)
    await delete(catalog, image)
    damage(path_of(catalog, image), "gone")
    answer = (await send(catalog)).json()
    assert (answer["id"], answer["mended"], answer["restored"]) == (image["id"], True, True)
    assert path_of(catalog, image).read_bytes() == DATA


async def test_sent_again_with_a_key_it_is_restored_once(catalog: RunningCatalog) -> None:
    image = await catalog.upload(DATA)
    await delete(catalog, image)
    key = {**JPEG, "idempotency-key": "again"}
    first = await catalog.client.post("/v1/images", content=DATA, headers=key)
    await delete(catalog, image)
    again = await catalog.client.post("/v1/images", content=DATA, headers=key)
    assert first.json() == again.json()
    assert await in_trash(catalog) == [image["id"]]


async def test_of_the_same_bytes_one_alone_is_restored(catalog: RunningCatalog) -> None:
    """Two uploads at once can leave an image beside one in the trash: no unique index holds them apart."""
    image, other = await catalog.upload(DATA), await catalog.upload(a_picture(number=8))
    digest = hashlib.sha256(DATA).hexdigest()
    for one in (image, other):
        await delete(catalog, one)
    await catalog.rows("UPDATE images SET sha256 = :digest", digest=digest)
    found = (await restore(catalog, image["id"], other["id"]))["items"]
    assert [(item["status"], item["problem"] and item["problem"]["code"]) for item in found] == [
        (200, None),
        (409, "duplicate_image"),
    ]
    assert await in_trash(catalog) == [other["id"]]
