"""The trash: what is deleted is nowhere, and comes back whole; what is not brought back goes for good."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.catalog.services.images.trash import TrashMaintenance
from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import NOTHING, RunningCatalog, running_catalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.hashed import a_hash, differing, picture_of
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem
from tests.catalog.serving import eventually
from tests.catalog.test_duplicates import groups
from tests.catalog.test_events import told

SKY = a_hash(1)


async def trash(catalog: RunningCatalog, *, by: int = 1, **query: Any) -> dict[str, Any]:
    answer = await catalog.user(by).get("/v1/trash", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def in_trash(catalog: RunningCatalog, *, by: int = 1) -> list[str]:
    return [image["id"] for image in (await trash(catalog, by=by))["items"]]


async def restore(catalog: RunningCatalog, *ids: str, by: int = 1) -> dict[str, Any]:
    answer = await catalog.user(by).post("/v1/trash:restore", json={"ids": ids} if ids else {})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def empty(catalog: RunningCatalog, *ids: str, by: int = 1) -> int:
    answer = await catalog.user(by).post("/v1/trash:empty", json={"ids": ids} if ids else {})
    assert answer.status_code == 200, answer.text
    count: int = answer.json()["count"]
    return count


async def delete(catalog: RunningCatalog, image: dict[str, Any], **query: Any) -> None:
    answer = await catalog.client.delete(f"/v1/images/{image['id']}", params=query)
    assert answer.status_code == 204, answer.text


async def seen(catalog: RunningCatalog) -> list[Any]:
    """What ada and bob see of the library in lists, counts, collections and groups, whatever the time of change."""
    paths = (
        "/v1/images?include=facets&include=total",
        "/v1/labels",
        "/v1/collections/favorites/images",
        "/v1/images?tag=sea",
    )
    found: list[Any] = [(await user.get(path)).json() for user in (catalog.client, catalog.bob) for path in paths]
    for answer in found:
        for image in answer["items"]:
            image.pop("updated_at", None)
    favorites = [(await user.get("/v1/collections/favorites")).json() for user in (catalog.client, catalog.bob)]
    return [*found, [one["image_count"] for one in favorites], await groups(catalog)]


async def test_what_is_restored_is_as_it_was_everywhere(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload(title="Sea", tags=["sea"], visibility="public")
    await catalog.upload(a_picture("blue"), tags=["sea"])
    here = f"/v1/images/{image['id']}"
    async with working(catalog, fakes):
        await catalog.until_idle()
        best = (await catalog.image(image["id"]))["labels"][0]["id"]
        await catalog.client.delete(f"{here}/labels/{best}")
        await catalog.client.put(f"{here}/labels/n02084071")
        for user in (catalog.client, catalog.bob):
            await user.put(f"/v1/collections/favorites/images/{image['id']}")
        await catalog.until_idle()
        before, points = await seen(catalog), dict(fakes.similarity.points)
        was = await catalog.image(image["id"])
        _, after = await told(catalog.client, "now")
        _, others_after = await told(catalog.bob, "now")

        await delete(catalog, image)
        await catalog.until_idle()
        assert await seen(catalog) != before
        assert {str(key) for key in fakes.similarity.points} == {str(key) for key in points} - {image["id"]}
        [there] = (await trash(catalog))["items"]
        assert there == {
            **{name: image[name] for name in ("id", "sha256", "title", "file_name", "media_type", "bytes")},
            **{name: image[name] for name in ("width", "height", "created_at")},
            "deleted_at": there["deleted_at"],
            "trashed_until": there["trashed_until"],
        }
        assert await in_trash(catalog, by=2) == []
        assert_problem(await catalog.client.get(here), 404, "not_found")

        assert await restore(catalog, image["id"]) == {
            "items": [{"id": image["id"], "status": 200, "problem": None}],
            "remaining": 0,
        }
        await catalog.until_idle()
    assert await seen(catalog) == before
    restored = await catalog.image(image["id"])
    assert restored.pop("updated_at") > was.pop("updated_at")
    assert restored == was
    assert {key: point["label_ids"] for key, point in fakes.similarity.points.items()} == {
        key: point["label_ids"] for key, point in points.items()
    }
    assert await in_trash(catalog) == []
    assert (await catalog.client.get(f"{here}/content")).content == a_picture()
    for user, place in ((catalog.client, after), (catalog.bob, others_after)):
        kinds = [kind for kind, subject in (await told(user, place))[0] if subject == image["id"]]
        assert kinds[:2] == ["image.deleted", "image.restored"]


async def test_each_is_restored_on_its_own(catalog: RunningCatalog) -> None:
    mine, kept = await catalog.upload(), await catalog.upload(a_picture("blue"))
    his = await catalog.upload(a_picture("green"), by=2, visibility="public")
    await delete(catalog, mine)
    await catalog.bob.delete(f"/v1/images/{his['id']}")
    asked = [(kept["id"], 404), (his["id"], 404), (str(uuid4()), 404), (mine["id"], 200), (mine["id"], 404)]
    found = await restore(catalog, *(image_id for image_id, _ in asked))
    assert [(item["id"], item["status"]) for item in found["items"]] == asked
    assert {item["problem"]["code"] for item in found["items"] if item["problem"]} == {"not_found"}
    assert await in_trash(catalog, by=2) == [his["id"]]
    assert await empty(catalog, his["id"]) == 0
    assert await in_trash(catalog, by=2) == [his["id"]]
    assert await catalog.image(mine["id"])


async def test_all_are_restored_a_part_at_a_time(catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.catalog.services.images.trash.MOST_RESTORED", 2)
    images = [await catalog.upload(a_picture(number=number)) for number in range(5)]
    ids = [image["id"] for image in images]
    await catalog.client.post("/v1/images:batchDelete", json={"ids": ids})
    assert await catalog.listed() == []
    assert [(await restore(catalog))["remaining"] for _ in range(3)] == [3, 1, 0]
    assert {image["id"] for image in await catalog.listed()} == set(ids)


async def test_pages_of_the_trash(catalog: RunningCatalog) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(5)]
    await catalog.client.post("/v1/images:batchDelete", json={"ids": [image["id"] for image in images[:3]]})
    for image in images[3:]:
        await delete(catalog, image)
    found, cursor = list[str](), {}
    while True:
        page = await trash(catalog, limit=2, **cursor)
        found += [image["id"] for image in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert found == [images[number]["id"] for number in (4, 3, 2, 1, 0)]
    assert_problem(await catalog.bob.get("/v1/trash", params=cursor), 400, "invalid_cursor")


async def test_what_is_emptied_goes_for_good(catalog: RunningCatalog, fakes: Fakes) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(3)]
    await catalog.client.put(f"/v1/collections/favorites/images/{images[0]['id']}")
    async with working(catalog, fakes, delete_grace_s=0):
        await catalog.until_idle()
        for image in images:
            await delete(catalog, image)
        assert await empty(catalog, images[0]["id"], str(uuid4())) == 1
        assert await in_trash(catalog) == [images[2]["id"], images[1]["id"]]
        assert [item["status"] for item in (await restore(catalog, images[0]["id"]))["items"]] == [404]
        assert await empty(catalog) == 2
        assert await in_trash(catalog) == []
        assert await empty(catalog) == 0

        async def gone() -> bool:
            return await catalog.contents() == NOTHING

        await eventually(gone)
    assert fakes.similarity.points == {}
    assert await catalog.rows("SELECT 1 FROM collection_images") == []


async def test_its_time_ends_by_itself(catalog: RunningCatalog) -> None:
    image, kept = await catalog.upload(), await catalog.upload(a_picture("blue"))
    for one in (image, kept):
        await delete(catalog, one)
    [(days,)] = await catalog.rows(
        "SELECT DISTINCT extract(epoch FROM trashed_until - deleted_at)::float / 86400 FROM images"
    )
    assert days == 30
    maintenance = TrashMaintenance(catalog.app.state.database, grace_s=60)
    assert await maintenance.once() == 0
    await catalog.rows("UPDATE images SET trashed_until = now() WHERE id::text = :id", id=image["id"])
    assert await in_trash(catalog) == [kept["id"]]
    assert [item["status"] for item in (await restore(catalog, image["id"]))["items"]] == [404]
    assert await maintenance.once() == 1
    assert await maintenance.once() == 0
    assert await catalog.rows("SELECT kind, image_id::text FROM jobs WHERE kind = 'purge'") == [("purge", image["id"])]


async def test_several_workers_share_what_is_to_be_claimed(catalog: RunningCatalog) -> None:
    for number in range(7):
        await delete(catalog, await catalog.upload(a_picture(number=number)))
    await empty(catalog)
    maintenance = TrashMaintenance(catalog.app.state.database, grace_s=60)
    claimed = await asyncio.gather(*(maintenance.once(limit=2) for _ in range(3)))
    while left := await maintenance.once(limit=2):
        claimed.append(left)
    assert sum(claimed) == 7
    assert max(claimed) == 2
    assert await catalog.rows("SELECT count(*), count(DISTINCT image_id) FROM jobs WHERE kind = 'purge'") == [(7, 7)]


async def test_a_purge_never_touches_what_is_in_the_trash(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    await delete(catalog, image)
    await catalog.rows("UPDATE jobs SET kind = 'purge'")
    async with working(catalog, fakes):
        await catalog.until_idle()
    assert await in_trash(catalog) == [image["id"]]
    assert len(catalog.objects()) == 4


@pytest.mark.parametrize("how", ["permanent", "batch", "setting"])
async def test_past_the_trash(postgres: TestPostgres, tmp_path: Path, how: str) -> None:
    async with running_catalog(postgres, tmp_path, trash_days=0 if how == "setting" else 30) as catalog:
        image = await catalog.upload()
        if how == "batch":
            body = {"ids": [image["id"]], "permanent": True}
            answer = await catalog.client.post("/v1/images:batchDelete", json=body)
            assert answer.json()["items"][0]["status"] == 204
        else:
            await delete(catalog, image, **({"permanent": "true"} if how == "permanent" else {}))
        assert await in_trash(catalog) == []
        assert [item["status"] for item in (await restore(catalog, image["id"]))["items"]] == [404]
        assert await catalog.rows("SELECT kind FROM jobs ORDER BY kind") == [("purge",), ("sync",)]


async def test_a_vector_made_again_before_the_delete_of_the_old_one_came_is_made_once_more(
    catalog: RunningCatalog, fakes: Fakes
) -> None:
    image = await catalog.upload()
    async with working(catalog, fakes):
        await catalog.until_idle()
        fakes.similarity.gates["DELETE"] = asyncio.Event()
        await delete(catalog, image)

        async def asked() -> bool:
            return "DELETE" in {method for method, _ in fakes.similarity.calls}

        await eventually(asked)
        puts = fakes.similarity.calls.count(("PUT", fakes.similarity.calls[0][1]))
        await restore(catalog, image["id"])

        async def put_again() -> bool:
            return sum(method == "PUT" for method, _ in fakes.similarity.calls) > puts

        await eventually(put_again)
        fakes.similarity.gates.pop("DELETE").set()
        await catalog.until_idle()
    assert [str(key) for key in fakes.similarity.points] == [image["id"]]


async def test_copies_that_came_and_went_meanwhile(catalog: RunningCatalog, fakes: Fakes) -> None:
    first = await catalog.upload(picture_of(SKY), title="sky")
    await delete(catalog, first)
    near = await catalog.upload(picture_of(differing(SKY, 2)), title="near")
    same = await catalog.upload(picture_of(SKY, note="x"), title="same")
    assert len((await groups(catalog))[0][1]) == 2
    async with working(catalog, fakes, delete_grace_s=0):
        await delete(catalog, same, permanent="true")
        await catalog.hurry()
        await catalog.until_idle()
        assert await groups(catalog) == []
        assert await catalog.rows("SELECT 1 FROM hash_pairs") == [], "the hash was forgotten"
        await restore(catalog, first["id"])
        await catalog.until_idle()
    assert await groups(catalog) == [("near", ["sky", "near"])]
    assert near["id"] in {image["id"] for image in await catalog.listed()}


async def test_an_image_that_was_never_labelled_is_labelled_once_restored(
    catalog: RunningCatalog, fakes: Fakes
) -> None:
    image = await catalog.upload()
    await delete(catalog, image)
    async with working(catalog, fakes):
        await catalog.until_idle()
        assert fakes.classifier.asked == 0
        await restore(catalog, image["id"])
        await catalog.until(image["id"], "ready")
        await catalog.until_idle()
    assert [str(key) for key in fakes.similarity.points] == [image["id"]]
