"""`updated_after`: what changed since a moment, whoever changed it."""

from typing import Any

from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture


async def changed(catalog: RunningCatalog, since: str, **wanted: Any) -> list[str]:
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        asked = {"updated_after": since, "limit": 1, **wanted, **cursor}
        page = (await catalog.client.get("/v1/images", params=asked)).json()
        found += [image["title"] for image in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_people_and_models_change_images(catalog: RunningCatalog, fakes: Fakes) -> None:
    first, second, third = [await catalog.upload(a_picture(number=n), title=f"{n}", tags=["sea"]) for n in range(3)]
    assert await changed(catalog, first["updated_at"]) == ["2", "1", "0"], "the bound belongs to it"
    assert await changed(catalog, second["updated_at"]) == ["2", "1"]
    now = (await catalog.client.patch(f"/v1/images/{first['id']}", json={"title": "new"})).json()["updated_at"]
    assert await changed(catalog, now) == ["new"]
    assert await changed(catalog, third["updated_at"], sort="created_at", tag="sea", q="sea") == ["new", "2"]
    assert await changed(catalog, now, tag="lake") == []
    async with working(catalog, fakes):
        await catalog.until_idle()
    assert await changed(catalog, now, label="dog") == ["2", "1", "new"]
    now = (await catalog.client.patch(f"/v1/images/{first['id']}", json={"title": "newer"})).json()["updated_at"]
    await catalog.client.delete(f"/v1/images/{second['id']}")
    assert await changed(catalog, now) == ["newer"], "deletions are not told"
    await catalog.client.post("/v1/trash:restore", json={})
    assert await changed(catalog, now, include="total") == ["1", "newer"]
