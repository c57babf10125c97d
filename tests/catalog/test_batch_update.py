"""POST /v1/images:batchUpdate: many images, each on its own, and together as one piece of work."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import event

from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

BATCH = "/v1/images:batchUpdate"


async def some_images(catalog: RunningCatalog, count: int, **said: Any) -> list[dict[str, Any]]:
    return [await catalog.upload(a_picture(number=number), **said) for number in range(count)]


async def send(catalog: RunningCatalog, *updates: dict[str, Any], by: int = 1, **more: Any) -> list[dict[str, Any]]:
    answer = await catalog.user(by).post(BATCH, json={"updates": updates}, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_each_image_is_changed_as_a_patch_would(catalog: RunningCatalog) -> None:
    first, second, third = await some_images(catalog, 3, title="Old", description="old", tags=["old", "kept"])
    changes: list[dict[str, Any]] = [
        {"id": second["id"], "title": "  New ", "visibility": "public"},
        {"id": first["id"], "add_tags": ["Sea", "old"], "remove_tags": ["kept", "never there"]},
        {"id": third["id"], "tags": ["a", "b"], "add_tags": ["c"], "remove_tags": ["a"], "rotation": 90},
    ]
    results = [
        {**second, "title": "New", "visibility": "public"},
        {**first, "tags": ["old", "sea"]},
        {**third, "tags": ["b", "c"], "rotation": 90},
    ]
    items = await send(catalog, *changes)
    for item, result in zip(items, results, strict=True):
        image = item["image"]
        assert item == {"id": result["id"], "status": 200, "image": image, "problem": None}
        assert image == {**result, "urls": image["urls"], "updated_at": image["updated_at"]}
        assert image["updated_at"] > result["updated_at"]
        assert await catalog.image(result["id"]) == image


async def test_nothing_to_change_changes_nothing(catalog: RunningCatalog) -> None:
    [image] = await some_images(catalog, 1, tags=["t"])
    for nothing in ({}, {"add_tags": [], "remove_tags": []}):
        [item] = await send(catalog, {"id": image["id"], **nothing})
        assert item["image"] == image == await catalog.image(image["id"])


async def test_null_clears_text_and_tags(catalog: RunningCatalog) -> None:
    [image] = await some_images(catalog, 1, title="Old", description="old", tags=["t"])
    [item] = await send(catalog, {"id": image["id"], "title": None, "description": None, "tags": None})
    cleared = {"title": "", "description": "", "tags": [], "updated_at": item["image"]["updated_at"]}
    assert item["image"] == {**image, **cleared} == await catalog.image(image["id"])


async def test_words_and_statistics_follow_and_the_similarity_service_is_told(
    catalog: RunningCatalog, fakes: Fakes
) -> None:
    images = await some_images(catalog, 3, title="Harbour", tags=["boats"])
    async with working(catalog, fakes):
        await catalog.until_idle()
        await send(
            catalog,
            *({"id": image["id"], "title": "Mountain", "add_tags": ["snow"], "remove_tags": ["boats"]}
              for image in images[:2]),
            {"id": images[1]["id"], "visibility": "public"},
            {"id": images[2]["id"], "rotation": 90},
        )  # fmt: skip
        await catalog.until_idle()
    for gone, there in (("harbour", "mountain"), ("boats", "snow")):
        assert [found["id"] for found in await catalog.listed(q=gone)] == [images[2]["id"]]
        assert len(await catalog.listed(q=there)) == 2
    tags = {term["name"]: term["count"] for term in (await catalog.client.get("/v1/labels?prefix=s")).json()["items"]}
    assert tags["snow"] == 2
    public = {str(image_id) for image_id, point in fakes.similarity.points.items() if point["public"]}
    assert public == {images[1]["id"]}
    assert [method for method, _ in fakes.similarity.calls].count("PATCH") == 1


async def test_a_refusal_is_in_its_item_and_the_others_go_through(catalog: RunningCatalog) -> None:
    ours, full = await some_images(catalog, 2)
    await catalog.client.patch(f"/v1/images/{full['id']}", json={"tags": [f"t{number}" for number in range(50)]})
    hidden = await catalog.upload(a_picture("blue"), by=2)
    shown = await catalog.upload(a_picture("green"), by=2, visibility="public")
    gone = await catalog.upload(a_picture("yellow"))
    await catalog.client.delete(f"/v1/images/{gone['id']}")
    refused = [
        (hidden["id"], 404, "not_found"),
        (shown["id"], 403, "not_owner"),
        (gone["id"], 404, "not_found"),
        (str(uuid4()), 404, "not_found"),
        (full["id"], 422, "too_many_tags"),
    ]
    updates = [{"id": image_id, "add_tags": ["mine"]} for image_id, _, _ in refused]
    *items, last = await send(catalog, *updates, {"id": ours["id"], "title": "New"})
    for item, (image_id, status, code) in zip(items, refused, strict=True):
        problem = item["problem"]
        assert item == {"id": image_id, "status": status, "image": None, "problem": problem}
        assert (problem["status"], problem["code"], problem["instance"]) == (status, code, f"/v1/images/{image_id}")
        assert problem["type"] == f"urn:pictor:problem:{code}"
    assert (last["status"], last["image"]["title"]) == (200, "New")
    for image in (hidden, shown):
        assert await catalog.image(image["id"], by=2) == image


async def test_if_match_is_of_each_image(catalog: RunningCatalog) -> None:
    known, stale = await some_images(catalog, 2)
    etags = [(await catalog.client.get(f"/v1/images/{image['id']}")).headers["etag"] for image in (known, stale)]
    await catalog.client.patch(f"/v1/images/{stale['id']}", json={"title": "Meanwhile"})
    updates = [
        {"id": image["id"], "title": "New", "if_match": etag} for image, etag in zip((known, stale), etags, strict=True)
    ]
    first, second = await send(catalog, *updates)
    assert (first["status"], first["image"]["title"]) == (200, "New")
    assert (second["status"], second["problem"]["code"]) == (412, "precondition_failed")
    assert (await catalog.image(stale["id"]))["title"] == "Meanwhile"
    again = (await catalog.client.get(f"/v1/images/{known['id']}")).headers["etag"]
    [third] = await send(catalog, {"id": known["id"], "title": "Newer", "if_match": again})
    assert (third["status"], third["image"]["title"]) == (200, "Newer")


async def test_the_same_image_several_times_is_done_in_order(catalog: RunningCatalog) -> None:
    [image] = await some_images(catalog, 1, tags=["a"])
    etag = (await catalog.client.get(f"/v1/images/{image['id']}")).headers["etag"]
    one, two, three, four = await send(
        catalog,
        {"id": image["id"], "title": "First", "add_tags": ["b"]},
        {"id": image["id"], "title": "Lost", "if_match": etag},
        {"id": image["id"], "remove_tags": ["a"]},
        {"id": image["id"], "title": "Second"},
    )
    assert [item["status"] for item in (one, two, three, four)] == [200, 412, 200, 200]
    assert (one["image"]["title"], one["image"]["tags"]) == ("First", ["a", "b"])
    assert (three["image"]["title"], three["image"]["tags"]) == ("First", ["b"])
    assert four["image"]["title"] == "Second"
    assert four["image"] == await catalog.image(image["id"])


async def test_batches_at_once_do_not_end_each_other(catalog: RunningCatalog) -> None:
    images = await some_images(catalog, 12)
    turns = [images, images[::-1], images[6:] + images[:6], images[::-2] + images[::2]]
    batches = [
        send(catalog, *({"id": image["id"], "title": f"{turn}", "visibility": "public"} for image in order))
        for turn, order in enumerate(turns)
    ]
    for items in await asyncio.gather(*batches):
        assert {item["status"] for item in items} == {200}
    titles = {image["title"] for image in await catalog.listed()}
    assert len(titles) == 1, "one batch was the last, for all images"


async def test_a_key_is_one_batch(catalog: RunningCatalog) -> None:
    [image] = await some_images(catalog, 1)

    async def post(title: str) -> httpx.Response:
        update = {"id": image["id"], "title": title}
        return await catalog.client.post(BATCH, json={"updates": [update]}, headers={"idempotency-key": "k"})

    first = await post("First")
    await catalog.client.patch(f"/v1/images/{image['id']}", json={"title": "Second"})
    again, other = await post("First"), await post("Other")
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert_problem(other, 422, "idempotency_key_reused")
    assert (await catalog.image(image["id"]))["title"] == "Second"


async def test_five_hundred_are_few_statements(catalog: RunningCatalog) -> None:
    """Through the database, for five hundred uploads would take their time."""
    image = await catalog.upload()
    ids = [str(UUID(int=number)) for number in range(1, 500)]
    columns = (
        "document, owner_id, media_type, bytes, width, height, perceptual_hash, title, description, tags, visibility, "
        "state"
    )
    await catalog.rows(
        f"INSERT INTO images (id, sha256, {columns}) SELECT CAST(new AS uuid), md5(new) || md5(new), {columns} "  # noqa: S608 - our own names
        "FROM images, unnest(CAST(:ids AS text[])) AS new",
        ids=ids,
    )
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    engine = catalog.app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    items = await send(catalog, *({"id": one, "visibility": "public", "rotation": 180} for one in [*ids, image["id"]]))
    event.remove(engine, "before_cursor_execute", count)
    assert {item["image"]["visibility"] for item in items} == {"public"}
    assert statements <= 8
    assert await catalog.rows("SELECT kind, count(*) FROM jobs GROUP BY kind ORDER BY kind") == [
        ("ingest", 1),
        ("sync", 500),
    ]
