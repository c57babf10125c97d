"""`include=total`: how many images a search finds."""

from typing import Any

import pytest

from services.catalog.services.search import service
from tests.catalog.factories import RunningCatalog
from tests.catalog.words_walk import Walk

ASKED: list[dict[str, Any]] = [
    {},
    {"owner": "me"},
    {"owner": "bob"},
    {"label": "dog"},
    {"label": ["dog", "animal"], "sort": "created_at"},
    {"not_label": "dog"},
    {"tag": "beach"},
    {"tag": ["beach", "ZOO"], "sort": "random"},
    {"q": "terrier"},
    {"q": "terrier", "sort": "-created_at"},
    {"q": "zoo OR -dog"},
    {"q": '"no secret"'},
    {"q": "pet*", "sort": "created_at"},
    {"state": "processing"},
    {"state": "failed"},
    {"collection": "favorites"},
    {"min_width": 16, "sort": "random", "state": "processing"},
    {"created_after": "2020-01-01T00:00:00Z"},
    {"updated_after": "2020-01-01T00:00:00Z"},
]


async def pages(catalog: RunningCatalog, user: int, wanted: dict[str, Any]) -> tuple[int, set[tuple[int, bool]]]:
    """Count the images of all pages; give the totals that they told."""
    count, told, cursor = 0, set(), None
    while True:
        params = {**wanted, "include": "total", "limit": 3, **({"cursor": cursor} if cursor else {})}
        page = (await catalog.user(user).get("/v1/images", params=params)).json()
        count, cursor = count + len(page["items"]), page["next_cursor"]
        told.add((page["total"], page["total_is_lower_bound"]))
        if cursor is None:
            return count, told


@pytest.mark.parametrize("state", ["changes", "compacted", "both"])
async def test_the_total_is_what_all_pages_have_together(catalog: RunningCatalog, state: str) -> None:
    walk = Walk(catalog, 11)
    for _ in range(14):
        await walk.upload()
        await walk.label()
        if state == "both" and len(walk.images) == 9:
            await walk.compact()
    await walk.delete()
    if state == "compacted":
        await walk.compact()
    await walk.roll_up()
    for wanted in ASKED:
        for user in (1, 2, 3):
            count, told = await pages(catalog, user, wanted)
            assert told == {(count, False)}, (wanted, user)


@pytest.mark.parametrize(("most", "told"), [(2, (2, True)), (3, (3, False)), (4, (3, False))])
async def test_what_the_database_counts_is_bounded(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch, most: int, told: tuple[int, bool]
) -> None:
    walk = Walk(catalog, 12)
    for _ in range(3):
        await walk.upload(owner=1, public=False)
    monkeypatch.setattr(service, "MOST_COUNTED", most)
    assert await pages(catalog, 1, {"state": "processing"}) == (3, {told})
    assert await pages(catalog, 1, {"owner": "me"}) == (3, {(3, False)})
    assert await pages(catalog, 2, {"state": "processing"}) == (0, {(0, False)})


async def test_without_asking_there_is_no_total(catalog: RunningCatalog) -> None:
    page = (await catalog.client.get("/v1/images")).json()
    assert (page["total"], page["total_is_lower_bound"]) == (None, None)
