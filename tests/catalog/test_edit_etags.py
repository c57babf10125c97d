"""An ETag for two purposes: If-Match compares what clients edit, If-None-Match the whole representation."""

from tests.catalog.factories import JPEG, RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem


async def test_the_etag_of_the_upload_is_good_for_an_edit_after_labelling(
    catalog: RunningCatalog, fakes: Fakes
) -> None:
    made = await catalog.client.post("/v1/images", content=a_picture("red"), headers=JPEG)
    etag, here = made.headers["etag"], made.headers["location"]
    assert (await catalog.client.get(here, headers={"if-none-match": etag})).status_code == 304
    async with working(catalog, fakes):
        await catalog.until(made.json()["id"], "ready")
    labelled = await catalog.client.get(here, headers={"if-none-match": etag})
    assert (labelled.status_code, bool(labelled.json()["labels"])) == (200, True), "a cache sees the labels"
    assert labelled.headers["etag"] != etag
    edited = await catalog.client.patch(here, json={"title": "Mine"}, headers={"if-match": etag})
    assert (edited.status_code, edited.json()["title"]) == (200, "Mine")
    for stale in (etag, labelled.headers["etag"]):
        late = await catalog.client.patch(here, json={"title": "Late"}, headers={"if-match": stale})
        assert_problem(late, 412, "precondition_failed")
        assert_problem(await catalog.client.delete(here, headers={"if-match": stale}), 412, "precondition_failed")
    assert (await catalog.client.delete(here, headers={"if-match": edited.headers["etag"]})).status_code == 204


async def test_every_field_that_can_be_edited_counts(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    here = f"/v1/images/{image['id']}"
    for change in (
        {"title": "a"}, {"description": "b"}, {"tags": ["c"]}, {"rotation": 90}, {"visibility": "public"},
    ):  # fmt: skip
        before = (await catalog.client.get(here)).headers["etag"]
        assert (await catalog.client.patch(here, json=change, headers={"if-match": before})).status_code == 200
        late = await catalog.client.patch(here, json={"title": "late"}, headers={"if-match": before})
        assert_problem(late, 412, "precondition_failed")


async def test_what_others_do_with_an_image_does_not_count(catalog: RunningCatalog) -> None:
    image = await catalog.upload(visibility="public")
    here = f"/v1/images/{image['id']}"
    seen_by_bob = (await catalog.bob.get(here)).headers["etag"]
    ours = (await catalog.client.get(here)).headers["etag"]
    await catalog.bob.put(f"/v1/collections/favorites/images/{image['id']}")
    assert (await catalog.bob.get(here, headers={"if-none-match": seen_by_bob})).status_code == 200
    assert (await catalog.client.get(here, headers={"if-none-match": ours})).status_code == 304
    await catalog.client.put(f"/v1/collections/favorites/images/{image['id']}")
    assert (await catalog.client.get(here, headers={"if-none-match": ours})).status_code == 200
    changed = await catalog.client.patch(here, json={"title": "x"}, headers={"if-match": ours})
    assert changed.status_code == 200


async def test_a_batch_takes_the_etag_of_the_upload_after_labelling(catalog: RunningCatalog, fakes: Fakes) -> None:
    made = await catalog.client.post("/v1/images", content=a_picture("red"), headers=JPEG)
    async with working(catalog, fakes):
        await catalog.until(made.json()["id"], "ready")
    update = {"id": made.json()["id"], "title": "x", "if_match": made.headers["etag"]}
    statuses = []
    for _ in range(2):
        answer = await catalog.client.post("/v1/images:batchUpdate", json={"updates": [update]})
        statuses += [item["status"] for item in answer.json()["items"]]
    assert statuses == [200, 412]


async def test_labels_count_by_their_verdicts(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload(a_picture("red"))
    labels = f"/v1/images/{image['id']}/labels"
    before = (await catalog.client.get(labels)).headers["etag"]
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
    assert (await catalog.client.get(labels, headers={"if-none-match": before})).status_code == 200
    first = await catalog.client.put(f"{labels}/n02084071", headers={"if-match": before})
    assert first.status_code == 200, "labelling alone is no reason to refuse"
    late = await catalog.client.put(f"{labels}/n02121808", headers={"if-match": before})
    assert_problem(late, 412, "precondition_failed")


async def test_several_if_match_headers_are_one_list(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    here = f"/v1/images/{image['id']}"
    etag = (await catalog.client.get(here)).headers["etag"]
    headers = [("if-match", '"other"'), ("if-match", etag)]
    assert (await catalog.client.patch(here, json={"title": "x"}, headers=headers)).status_code == 200
    assert_problem(await catalog.client.patch(here, json={"title": "y"}, headers=headers), 412, "precondition_failed")


async def test_a_collection_is_edited_beside_its_members(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    made = await catalog.client.post("/v1/collections", json={"name": "Holidays"})
    here, etag = f"/v1/collections/{made.json()['id']}", made.headers["etag"]
    assert (await catalog.client.get(here, headers={"if-none-match": etag})).status_code == 304
    await catalog.client.put(f"{here}/images/{image['id']}")
    assert (await catalog.client.get(here, headers={"if-none-match": etag})).status_code == 200
    renamed = await catalog.client.patch(here, json={"name": "Work"}, headers={"if-match": etag})
    assert (renamed.status_code, renamed.json()["image_count"]) == (200, 1)
    assert_problem(await catalog.client.delete(here, headers={"if-match": etag}), 412, "precondition_failed")
