"""PATCH: each field, what follows it, and what is refused."""

from datetime import datetime
from typing import Any

import pytest

from tests.catalog.factories import RunningCatalog


@pytest.mark.parametrize(("change", "result"), [
    ({"title": "  New  "}, {"title": "New"}),
    ({"title": ""}, {"title": ""}),
    ({"description": "Long ago\nand far away"}, {"description": "Long ago\nand far away"}),
    ({"tags": ["Sea", " sea", "BEACH"]}, {"tags": ["sea", "beach"]}),
    ({"tags": []}, {"tags": []}),
    ({"visibility": "public"}, {"visibility": "public"}),
    ({"title": "猫 🐈", "tags": ["猫"]}, {"title": "猫 🐈", "tags": ["猫"]}),
    ({"title": None, "description": "x"}, {"title": "", "description": "x"}),
    ({"description": None, "tags": None}, {"description": "", "tags": []}),
    ({}, {}),
])  # fmt: skip
async def test_it_changes_what_it_names_and_nothing_else(
    catalog: RunningCatalog, change: dict[str, Any], result: dict[str, Any]
) -> None:
    before = await catalog.upload(title="Old", description="old", tags=["old"])
    answer = await catalog.client.patch(f"/v1/images/{before['id']}", json=change)
    assert answer.status_code == 200
    after = answer.json()
    assert after == {**before, **result, "updated_at": after["updated_at"]}
    newer = datetime.fromisoformat(after["updated_at"]) > datetime.fromisoformat(before["updated_at"])
    assert newer == bool(result)
    read = await catalog.client.get(f"/v1/images/{before['id']}")
    assert (read.json(), read.headers["etag"]) == (after, answer.headers["etag"])


async def test_rotation_changes_the_addresses_of_the_variants(catalog: RunningCatalog) -> None:
    before = await catalog.upload()
    after = (await catalog.client.patch(f"/v1/images/{before['id']}", json={"rotation": 270})).json()
    here = f"/v1/images/{before['id']}"
    urls = {
        "content": f"{here}/content",
        "thumb": f"{here}/variants/thumb?rotation=270&renderer=2",
        "preview": f"{here}/variants/preview?rotation=270&renderer=2",
    }
    assert after == {**before, "rotation": 270, "urls": urls, "updated_at": after["updated_at"]}


async def test_words_are_found_after_they_came_and_not_after_they_went(catalog: RunningCatalog) -> None:
    image = await catalog.upload(title="Harbour", tags=["boats"], description="storm")
    await catalog.client.patch(f"/v1/images/{image['id']}", json={"title": "Mountain", "tags": ["snow"]})
    for gone in ("harbour", "boats"):
        assert await catalog.listed(q=gone) == []
    for there in ("mountain", "snow", "storm"):
        assert [found["id"] for found in await catalog.listed(q=there)] == [image["id"]]


async def test_visibility_tells_the_similarity_service_once(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    for visibility in ("public", "public", "private"):
        await catalog.client.patch(f"/v1/images/{image['id']}", json={"visibility": visibility})
    await catalog.client.patch(f"/v1/images/{image['id']}", json={"title": "no news for it"})
    assert await catalog.rows("SELECT kind FROM jobs ORDER BY kind") == [("ingest",), ("sync",)]
