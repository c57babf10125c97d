"""Deleting: gone from everything at once and, past the trash, in the end from everywhere."""

import pytest

from tests.catalog.factories import NOTHING, RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem


async def test_it_is_gone_from_every_answer_at_once(catalog: RunningCatalog) -> None:
    image = await catalog.upload(title="Sea", tags=["sea"], visibility="public")
    kept = await catalog.upload(a_picture("blue"), tags=["sea"])
    collection = (await catalog.client.post("/v1/collections", json={"name": "Holidays"})).json()
    bobs = (await catalog.bob.post("/v1/collections", json={"name": "Found"})).json()
    for client, name in ((catalog.client, collection["id"]), (catalog.client, "favorites"), (catalog.bob, bobs["id"])):
        assert (await client.put(f"/v1/collections/{name}/images/{image['id']}")).status_code == 204
    await catalog.client.put(f"/v1/collections/{collection['id']}/images/{kept['id']}")

    deleted = await catalog.client.delete(f"/v1/images/{image['id']}")
    assert (deleted.status_code, deleted.content) == (204, b"")

    here = f"/v1/images/{image['id']}"
    for path in (here, f"{here}/labels", f"{here}/content", f"{here}/variants/thumb", f"{here}/variants/full"):
        assert_problem(await catalog.client.get(path), 404, "not_found")
    assert_problem(await catalog.client.patch(here, json={"title": "x"}), 404, "not_found")
    assert_problem(await catalog.client.delete(here), 404, "not_found")
    assert_problem(await catalog.client.post(f"{here}:reprocess"), 404, "not_found")
    assert_problem(await catalog.client.put(f"/v1/collections/favorites/images/{image['id']}"), 404, "not_found")
    assert [found["id"] for found in await catalog.listed()] == [kept["id"]]
    assert [found["id"] for found in await catalog.listed(tag="sea")] == [kept["id"]]
    assert await catalog.listed(collection="favorites") == []
    assert await catalog.listed(by=2) == []
    assert (await catalog.client.get("/v1/labels")).json()["items"] == [
        {"kind": "tag", "id": None, "name": "sea", "count": 1}
    ]
    for client, name, count in (
        (catalog.client, collection["id"], 1), (catalog.client, "favorites", 0), (catalog.bob, bobs["id"], 0),
    ):  # fmt: skip
        assert (await client.get(f"/v1/collections/{name}")).json()["image_count"] == count
        assert len((await client.get(f"/v1/collections/{name}/images")).json()["items"]) == count


async def test_bytes_vector_and_row_follow(catalog: RunningCatalog, fakes: Fakes) -> None:
    image, kept = await catalog.upload(), await catalog.upload(a_picture("blue"))
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
        await catalog.until(kept["id"], "ready")
        assert {str(key) for key in fakes.similarity.points} == {image["id"], kept["id"]}
        await catalog.client.get(f"/v1/images/{image['id']}/variants/full?rotation=90")
        await catalog.client.delete(f"/v1/images/{image['id']}?permanent=true")
        await catalog.until_idle()
        assert {str(key) for key in fakes.similarity.points} == {kept["id"]}
        assert any(image["id"] in name for name in catalog.objects())  # the grace period is not over
        assert await catalog.rows("SELECT kind, state FROM jobs") == [("purge", "queued")]
        await catalog.hurry()
        await catalog.until_idle()
    assert [name for name in catalog.objects() if image["id"] in name] == []
    assert len([name for name in catalog.objects() if kept["id"] in name]) == 3
    assert await catalog.rows("SELECT id::text FROM images") == [(kept["id"],)]
    assert await catalog.rows("SELECT DISTINCT image_id::text FROM image_labels") == [(kept["id"],)]


async def test_a_delete_before_the_labels_came_leaves_nothing_either(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    await catalog.client.delete(f"/v1/images/{image['id']}?permanent=true")
    async with working(catalog, fakes):
        await catalog.until_idle()
        await catalog.hurry()
        await catalog.until_idle()
    assert await catalog.contents() == NOTHING
    assert fakes.similarity.points == {}
    assert fakes.classifier.asked == 0


async def test_the_grace_period_is_a_setting(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    await catalog.client.delete(f"/v1/images/{image['id']}?permanent=true")
    [(seconds,)] = await catalog.rows(
        "SELECT extract(epoch FROM run_after - now())::float FROM jobs WHERE kind = 'purge'"
    )
    assert seconds == pytest.approx(60, abs=10)


async def test_purging_twice_is_the_same_as_once(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    await catalog.client.delete(f"/v1/images/{image['id']}?permanent=true")
    await catalog.rows("DELETE FROM jobs WHERE kind = 'sync'")
    await catalog.rows(
        "INSERT INTO jobs (id, kind, image_id, state, attempts, leased_until) "
        "SELECT gen_random_uuid(), kind, image_id, 'leased', 1, now() FROM jobs"
    )
    async with working(catalog, fakes):
        await catalog.hurry()
        await catalog.until_idle()
    assert await catalog.contents() == NOTHING


async def test_a_purge_never_touches_an_image_that_lives(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    await catalog.rows("UPDATE jobs SET kind = 'purge'")
    async with working(catalog, fakes):
        await catalog.until_idle()
    assert await catalog.image(image["id"]) == image
    assert len(catalog.objects()) == 4
