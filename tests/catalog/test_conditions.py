"""If-Match and If-None-Match on every JSON resource."""

import pytest

from tests.catalog.factories import RunningCatalog
from tests.catalog.problems import assert_problem


@pytest.fixture
async def paths(catalog: RunningCatalog) -> dict[str, str]:
    """Give the address of one resource of each kind."""
    image = await catalog.upload(tags=["sea"])
    made = await catalog.client.post("/v1/collections", json={"name": "Holidays"})
    assert made.status_code == 201
    collection = made.json()["id"]
    await catalog.client.put(f"/v1/collections/{collection}/images/{image['id']}")
    return {
        "image": f"/v1/images/{image['id']}",
        "images": "/v1/images?q=sea",
        "labels of an image": f"/v1/images/{image['id']}/labels",
        "labels": "/v1/labels",
        "label": "/v1/labels/n02084071",
        "collection": f"/v1/collections/{collection}",
        "collections": "/v1/collections",
        "images of a collection": f"/v1/collections/{collection}/images",
        "favorites": "/v1/collections/favorites",
    }


async def test_every_resource_has_an_etag_and_answers_304(catalog: RunningCatalog, paths: dict[str, str]) -> None:
    for name, path in paths.items():
        first = await catalog.client.get(path)
        assert first.status_code == 200, name
        etag = first.headers["etag"]
        assert first.headers["cache-control"] == "private, no-cache"
        for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
            again = await catalog.client.get(path, headers={"if-none-match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag), (name, known)
        other = await catalog.client.get(path, headers={"if-none-match": '"x"'})
        assert (other.status_code, other.content) == (200, first.content), name


async def test_every_etag_changes_with_what_it_stands_for(catalog: RunningCatalog, paths: dict[str, str]) -> None:
    before = {name: (await catalog.client.get(path)).headers["etag"] for name, path in paths.items()}
    await catalog.client.patch(paths["image"], json={"title": "New", "tags": ["sea", "sun"]})
    await catalog.client.patch(paths["collection"], json={"name": "Work"})
    await catalog.client.put(f"/v1/collections/favorites/images/{paths['image'].rpartition('/')[2]}")
    after = {name: (await catalog.client.get(path)).headers["etag"] for name, path in paths.items()}
    unchanged = {name for name in paths if before[name] == after[name]}
    assert unchanged == {"labels of an image", "label"}


@pytest.mark.parametrize("kind", ["image", "collection"])
async def test_if_match_guards_against_lost_updates(catalog: RunningCatalog, paths: dict[str, str], kind: str) -> None:
    path, field = paths[kind], {"image": "title", "collection": "name"}[kind]
    read = await catalog.client.get(path)
    first = await catalog.client.patch(path, json={field: "First"}, headers={"if-match": read.headers["etag"]})
    assert first.status_code == 200
    for stale in (read.headers["etag"], f"W/{read.headers['etag']}", '"x"', '"x", "y"'):
        second = await catalog.client.patch(path, json={field: "Second"}, headers={"if-match": stale})
        assert_problem(second, 412, "precondition_failed")
        assert_problem(await catalog.client.delete(path, headers={"if-match": stale}), 412, "precondition_failed")
    assert (await catalog.client.get(path)).json()[field] == "First"
    for fitting in (f'"x", {first.headers["etag"]}', f"W/{first.headers['etag']}", "*"):
        again = await catalog.client.patch(path, json={field: "First"}, headers={"if-match": fitting})
        assert again.status_code == 200
        first = again
    gone = await catalog.client.delete(path, headers={"if-match": first.headers["etag"]})
    assert gone.status_code == 204


async def test_what_is_created_comes_with_the_etag_of_its_address(catalog: RunningCatalog) -> None:
    made = await catalog.client.post("/v1/collections", json={"name": "Holidays"})
    read = await catalog.client.get(f"/v1/collections/{made.json()['id']}")
    assert (read.json(), read.headers["etag"]) == (made.json(), made.headers["etag"])
