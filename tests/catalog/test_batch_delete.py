"""POST /v1/images:batchDelete: many images, each on its own."""

from uuid import uuid4

from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

BATCH = "/v1/images:batchDelete"


async def test_own_images_go_and_refusals_are_in_their_items(catalog: RunningCatalog, fakes: Fakes) -> None:
    first, second, kept = [await catalog.upload(a_picture(number=number)) for number in range(3)]
    hidden = await catalog.upload(a_picture("blue"), by=2)
    shown = await catalog.upload(a_picture("green"), by=2, visibility="public")
    await catalog.client.put(f"/v1/collections/favorites/images/{first['id']}")
    async with working(catalog, fakes):
        await catalog.until_idle()
        asked = [
            (second["id"], 204, None),
            (hidden["id"], 404, "not_found"),
            (shown["id"], 403, "not_owner"),
            (str(uuid4()), 404, "not_found"),
            (first["id"], 204, None),
            (first["id"], 404, "not_found"),
        ]
        answer = await catalog.client.post(BATCH, json={"ids": [image_id for image_id, _, _ in asked]})
        assert answer.status_code == 200, answer.text
        for item, (image_id, status, code) in zip(answer.json()["items"], asked, strict=True):
            problem = item["problem"]
            assert item == {"id": image_id, "status": status, "problem": problem}
            assert (problem and problem["code"]) == code
        await catalog.until_idle()
    assert {image["id"] for image in await catalog.listed()} == {kept["id"], shown["id"]}
    assert (await catalog.client.get("/v1/collections/favorites")).json()["image_count"] == 0
    assert {str(key) for key in fakes.similarity.points} == {kept["id"], hidden["id"], shown["id"]}
    assert await catalog.rows("SELECT 1 FROM jobs") == []
    trashed = (await catalog.client.get("/v1/trash")).json()["items"]
    assert {image["id"] for image in trashed} == {first["id"], second["id"]}


async def test_the_same_request_twice_is_one(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    once = {"idempotency-key": "gone"}
    first = await catalog.client.post(BATCH, json={"ids": [image["id"]]}, headers=once)
    again = await catalog.client.post(BATCH, json={"ids": [image["id"]]}, headers=once)
    assert first.json() == again.json() == {"items": [{"id": image["id"], "status": 204, "problem": None}]}


async def test_what_is_no_list_of_images_is_refused_whole(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    for ids in ([], [image["id"], "nothing"], [str(uuid4()) for _ in range(501)], image["id"], None):
        assert_problem(await catalog.client.post(BATCH, json={"ids": ids}), 422, "validation_failed")
    assert_problem(await catalog.client.post(BATCH, json={"ids": [image["id"]], "all": True}), 422, "validation_failed")
    assert len(await catalog.listed()) == 1
