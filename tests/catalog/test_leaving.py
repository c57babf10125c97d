"""What becomes of the images of an account that is deleted."""

from typing import Any
from uuid import UUID

import pytest

from services.catalog.services.images import leaving
from services.catalog.services.images.trash import TrashMaintenance
from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

ADA, BOB = str(UUID(int=1)), str(UUID(int=2))
TO_BOB = {"heir": {"id": BOB, "name": "bob"}}


async def leave(catalog: RunningCatalog, **asked: Any) -> bool:
    answer = await catalog.service.post(f"/internal/owners/{ADA}:leave", json=asked)
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["done"])


@pytest.fixture
def _two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "AT_ONCE", 2)


async def test_without_an_heir_all_goes_and_other_people_s_things_stay(catalog: RunningCatalog) -> None:
    public = await catalog.upload(a_picture(number=1), visibility="public")
    await catalog.upload(a_picture(number=2))
    bobs = await catalog.upload(a_picture(number=1), by=2)
    mine = (await catalog.client.post("/v1/collections", json={"name": "mine"})).json()
    await catalog.client.put(f"/v1/collections/favorites/images/{public['id']}")
    await catalog.bob.put(f"/v1/collections/favorites/images/{public['id']}")
    await catalog.client.post("/v1/downloads", json={"ids": [public["id"]]})
    assert await leave(catalog)
    assert await catalog.listed() == []
    assert [image["id"] for image in await catalog.listed(by=2)] == [bobs["id"]]
    assert (await catalog.client.get(f"/v1/collections/{mine['id']}")).status_code == 404
    assert (await catalog.bob.get("/v1/collections/favorites/images")).json()["items"] == []
    assert await catalog.rows("SELECT 1 FROM downloads") == []
    assert await catalog.rows("SELECT name FROM owners WHERE id = :ada", ada=ADA) == [("(deleted)",)]
    await catalog.hurry()
    assert await catalog.rows("SELECT count(*) FROM jobs WHERE kind = 'purge'") == [(2,)]


async def test_an_heir_is_given_images_and_collections(catalog: RunningCatalog) -> None:
    public = await catalog.upload(a_picture(number=1), visibility="public", title="a lake", tags="lake")
    private = await catalog.upload(a_picture(number=2))
    twice = await catalog.upload(a_picture(number=3))
    kept = await catalog.upload(a_picture(number=3), by=2, title="bob's own")
    mine = (await catalog.client.post("/v1/collections", json={"name": "mine"})).json()
    for image in (private, twice):
        await catalog.client.put(f"/v1/collections/{mine['id']}/images/{image['id']}")
    assert await leave(catalog, **TO_BOB)
    found = {image["id"]: image for image in await catalog.listed(by=2, owner="me")}
    assert set(found) == {public["id"], private["id"], kept["id"]}
    assert (found[public["id"]]["title"], found[public["id"]]["owner"]) == ("a lake", {"id": BOB, "name": "bob"})
    assert (found[private["id"]]["visibility"], found[kept["id"]]["title"]) == ("private", "bob's own")
    inside = (await catalog.bob.get(f"/v1/collections/{mine['id']}/images")).json()["items"]
    assert {image["id"] for image in inside} == {private["id"], kept["id"]}
    assert await catalog.listed(owner="me") == []
    assert_problem(await catalog.client.get(f"/v1/images/{private['id']}"), 404, "not_found")
    jobs = await catalog.rows("SELECT image_id::text FROM jobs WHERE kind = 'sync'")
    assert {row[0] for row in jobs} == {public["id"], private["id"], twice["id"]}
    content = await catalog.bob.get(f"/v1/images/{private['id']}/content")
    assert content.content == a_picture(number=2)


@pytest.mark.usefixtures("_two_at_once")
@pytest.mark.parametrize("asked", [{}, TO_BOB])
async def test_it_goes_on_where_it_was_stopped(catalog: RunningCatalog, asked: dict[str, Any]) -> None:
    for number in range(5):
        await catalog.upload(a_picture(number=number))
    told = [await leave(catalog, **asked) for _ in range(3)]
    assert told == [False, False, True]
    assert await leave(catalog, **asked)
    assert len(await catalog.listed(by=2, owner="me")) == (5 if asked else 0)
    assert await catalog.listed() == []


@pytest.mark.parametrize("asked", [{}, TO_BOB])
async def test_the_trash_is_emptied(catalog: RunningCatalog, asked: dict[str, Any]) -> None:
    image = await catalog.upload()
    await catalog.client.delete(f"/v1/images/{image['id']}")
    assert await leave(catalog, **asked)
    for user in (catalog.client, catalog.bob):
        assert (await user.get("/v1/trash")).json()["items"] == []
    assert await TrashMaintenance(catalog.app.state.database, grace_s=0).once() == 1


async def test_it_is_for_services_alone(catalog: RunningCatalog) -> None:
    await catalog.upload()
    for asker in (catalog.client, catalog.bob):
        answer = await asker.post(f"/internal/owners/{ADA}:leave", json={})
        assert_problem(answer, 403, "forbidden")
    assert len(await catalog.listed()) == 1
