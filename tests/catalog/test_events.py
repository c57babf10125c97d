"""The change feed: in order, without gaps, deletions too, and only what one may see."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import text

from services.catalog.services.streams.events import EventMaintenance
from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

FEED = "/v1/events"
Told = list[tuple[str, str]]


async def page(client: httpx.AsyncClient, after: str | None = None, **query: Any) -> dict[str, Any]:
    answer = await client.get(FEED, params={**query, **({"after": after} if after else {})})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told(client: httpx.AsyncClient, after: str | None = None, **query: Any) -> tuple[Told, str]:
    """Read on until there is no more; give what was told of images, and where the reader stands."""
    found: Told = []
    while True:
        got = await page(client, after, **query)
        found += [(event["type"], event["subject_id"]) for event in got["items"]]
        after = got["after"]
        if not got["more"]:
            return [one for one in found if one[0].startswith("image")], after


async def test_an_image_from_its_making_to_its_end(catalog: RunningCatalog) -> None:
    await catalog.upload(a_picture(number=1))
    nothing, after = await told(catalog.client, "now")
    assert nothing == []
    image = (await catalog.upload(a_picture(number=2)))["id"]
    await catalog.client.patch(f"/v1/images/{image}", json={"title": "The sea"})
    await catalog.client.delete(f"/v1/images/{image}")
    expected = [("image.created", image), ("image.updated", image), ("image.deleted", image)]
    assert (await told(catalog.client, after))[0] == expected
    assert (await told(catalog.client, after, limit=1))[0] == expected
    assert (await told(catalog.client))[0][1:] == expected
    event = (await page(catalog.client, after))["items"][0]
    assert event == {"id": event["id"], "type": "image.created", "subject_id": image, "at": event["at"]}
    assert (await told(catalog.client, event["id"]))[0] == expected[1:]


async def test_others_are_told_of_what_they_may_see(catalog: RunningCatalog) -> None:
    _, after = await told(catalog.bob, "now")
    hidden, shown = [(await catalog.upload(a_picture(number=number)))["id"] for number in range(2)]
    here = f"/v1/images/{shown}"
    for change in ({"visibility": "public"}, {"title": "seen"}, {"visibility": "private"}, {"title": "not seen"}):
        await catalog.client.patch(here, json=change)
    assert (await told(catalog.bob, after))[0] == [("image.deleted", shown)]  # what it was before is not his by now
    _, after = await told(catalog.bob, "now")
    await catalog.client.patch(here, json={"visibility": "public"})
    await catalog.client.patch(here, json={"title": "seen"})
    assert (await told(catalog.bob, after))[0] == [("image.created", shown), ("image.updated", shown)]
    _, after = await told(catalog.bob, after)
    await catalog.client.delete(f"/v1/images/{hidden}")
    await catalog.client.delete(here)
    assert (await told(catalog.bob, after))[0] == [("image.deleted", shown)]


async def test_collections_are_their_owners_news(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    _, mine = await told(catalog.client, "now")
    _, his = await told(catalog.bob, "now")
    made = (await catalog.client.post("/v1/collections", json={"name": "Holidays"})).json()["id"]
    await catalog.client.put(f"/v1/collections/{made}/images/{image['id']}")
    await catalog.client.delete(f"/v1/collections/{made}")
    kinds = [event["type"] for event in (await page(catalog.client, mine))["items"] if event["subject_id"] == made]
    assert kinds == ["collection.created", "collection.updated", "collection.deleted"]
    assert (await page(catalog.bob, his))["items"] == []


async def test_a_transaction_that_commits_late_is_not_skipped(catalog: RunningCatalog) -> None:
    """Numbers drawn by writers would be read past here: the first writer commits last."""
    first, second = [(await catalog.upload(a_picture(number=number)))["id"] for number in range(2)]
    _, after = await told(catalog.client, "now")
    touch = text("UPDATE images SET title = 'changed', updated_at = now() WHERE id = :id")
    async with catalog.app.state.database.engine.connect() as slow, slow.begin():
        await slow.execute(touch, {"id": first})
        await catalog.client.patch(f"/v1/images/{second}", json={"title": "changed"})
        seen, after = await told(catalog.client, after)
        assert seen == [("image.updated", second)]
    assert (await told(catalog.client, after))[0] == [("image.updated", first)]


async def test_many_writers_and_each_change_is_read_once(catalog: RunningCatalog) -> None:
    writers, changes = 12, 6
    images = [(await catalog.upload(a_picture(number=number)))["id"] for number in range(writers)]
    _, start = await told(catalog.client, "now")
    done = asyncio.Event()

    async def write(image: str) -> None:
        for number in range(changes):
            answer = await catalog.client.patch(f"/v1/images/{image}", json={"title": f"{number}"})
            assert answer.status_code == 200
        assert (await catalog.client.delete(f"/v1/images/{image}")).status_code == 204

    async def read(limit: int) -> Told:
        found, after = list[tuple[str, str]](), start
        while True:
            over = done.is_set()
            new, after = await told(catalog.client, after, limit=limit)
            found += new
            if over:
                return found
            await asyncio.sleep(0)

    readers = [asyncio.create_task(read(limit)) for limit in (1, 7, 500)]
    await asyncio.gather(*(write(image) for image in images))
    done.set()
    orders = [await reader for reader in readers]
    assert orders[0] == orders[1] == orders[2]
    counts = Counter(orders[0])
    for image in images:
        mine = [kind for kind, subject in orders[0] if subject == image]
        assert mine == ["image.updated"] * changes + ["image.deleted"]
    assert counts.total() == writers * (changes + 1)


async def test_who_comes_too_late_is_told_so(catalog: RunningCatalog) -> None:
    maintenance = EventMaintenance(catalog.app.state.database, kept=timedelta(days=30))
    start = (await page(catalog.client))["after"]
    image = (await catalog.upload())["id"]
    old = (await page(catalog.client, start))["after"]
    for number in range(3):
        await catalog.client.patch(f"/v1/images/{image}", json={"title": str(number)})
    _, current = await told(catalog.client, old)
    assert not await maintenance.once()
    assert len((await told(catalog.client, start))[0]) == 4
    await catalog.rows("UPDATE events SET at = at - interval '31 days'")
    _, current = await told(catalog.client, "now")
    assert await maintenance.once()
    assert (await told(catalog.client, current))[0] == []  # nothing that this reader has not seen is gone
    for after in (start, old):
        assert_problem(await catalog.client.get(FEED, params={"after": after}), 410, "events_expired")
    await catalog.client.patch(f"/v1/images/{image}", json={"title": "new"})
    assert (await told(catalog.client, current))[0] == [("image.updated", image)]


async def test_so_many_are_kept(catalog: RunningCatalog) -> None:
    maintenance = EventMaintenance(catalog.app.state.database, kept=timedelta(days=30))
    image = (await catalog.upload())["id"]
    for number in range(8):
        await catalog.client.patch(f"/v1/images/{image}", json={"title": str(number)})
    assert await maintenance.once(most_kept=3)
    assert await catalog.rows("SELECT count(*) FROM event_inbox") == [(0,)]
    assert await catalog.rows("SELECT count(*) FROM events") == [(3,)]


async def test_a_library_that_was_restored_from_a_backup_says_so(catalog: RunningCatalog) -> None:
    """Its numbers begin again lower: the event that the reader stands behind is another one, or none."""
    image = (await catalog.upload())["id"]
    _, after = await told(catalog.client, "now")
    await catalog.rows("DELETE FROM events WHERE position = (SELECT max(position) FROM events)")
    assert_problem(await catalog.client.get(FEED, params={"after": after}), 410, "events_expired")
    await catalog.client.patch(f"/v1/images/{image}", json={"title": "again"})
    assert_problem(await catalog.client.get(FEED, params={"after": after}), 410, "events_expired")


async def test_what_is_no_place_is_refused(catalog: RunningCatalog) -> None:
    for after in ("x", "WzEsMl0", (await catalog.client.get("/v1/collections?limit=1")).json()["next_cursor"] or "y"):
        assert_problem(await catalog.client.get(FEED, params={"after": after}), 400, "invalid_cursor")
    assert_problem(await catalog.client.get(FEED, params={"since": "x"}), 422, "validation_failed")
