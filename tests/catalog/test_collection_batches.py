"""Many images into a collection, and out of it."""

from uuid import uuid4

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem
from tests.catalog.test_collections import a_collection, images_of


async def test_many_go_in_and_out_and_each_says_what_became_of_it(catalog: RunningCatalog) -> None:
    first, second = [(await catalog.upload(a_picture(number=number)))["id"] for number in range(2)]
    hidden = (await catalog.upload(a_picture("blue"), by=2))["id"]
    shown = (await catalog.upload(a_picture("green"), by=2, visibility="public"))["id"]
    here = f"/v1/collections/{(await a_collection(catalog))['id']}/images"
    await catalog.client.put(f"{here}/{second}")
    nowhere = str(uuid4())
    asked = [(first, 204, True), (second, 204, False), (hidden, 404, False), (shown, 204, True)]
    asked += [(nowhere, 404, False), (first, 204, False)]
    for again in (False, True):
        answer = await catalog.client.post(f"{here}:batchAdd", json={"ids": [image_id for image_id, _, _ in asked]})
        assert answer.status_code == 200, answer.text
        for item, (image_id, status, changed) in zip(answer.json()["items"], asked, strict=True):
            code = item["problem"] and item["problem"]["code"]
            assert (item["id"], item["status"], item["changed"]) == (image_id, status, changed and not again)
            assert code == (None if status == 204 else "not_found")
    collection = here.split("/")[3]
    assert set(await images_of(catalog.client, collection)) == {first, second, shown}

    for changed in (True, False):
        answer = await catalog.client.post(f"{here}:batchRemove", json={"ids": [first, shown, nowhere]})
        assert [(item["status"], item["changed"]) for item in answer.json()["items"]] == [
            (204, changed),
            (204, changed),
            (204, False),
        ]
    assert await images_of(catalog.client, collection) == [second]


async def test_another_persons_collection_takes_nothing(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    here = f"/v1/collections/{(await a_collection(catalog))['id']}/images"
    for action in ("batchAdd", "batchRemove"):
        answer = await catalog.bob.post(f"{here}:{action}", json={"ids": [image["id"]]})
        assert_problem(answer, 404, "not_found")
        refused = await catalog.client.post(f"{here}:{action}", json={"ids": []})
        assert_problem(refused, 422, "validation_failed")


async def test_the_collection_says_when_its_members_changed_and_only_then(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    collection = await a_collection(catalog)
    here = f"/v1/collections/{collection['id']}"
    times = [collection["updated_at"]]
    for action in ("batchAdd", "batchAdd", "batchRemove", "batchRemove"):
        await catalog.client.post(f"{here}/images:{action}", json={"ids": [image["id"]]})
        times.append((await catalog.client.get(here)).json()["updated_at"])
    made, added, again, removed, empty = times
    assert made < added == again < removed == empty
