"""Walking a list page by page: nothing twice, nothing left out, also while others add and remove."""

from typing import Any

import pytest

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture

COUNT = 23
SORTS = ["-created_at", "created_at", "relevance", "random"]


async def fill(catalog: RunningCatalog, first: int, count: int) -> list[str]:
    """Upload so many images; every other one says "harbour" in its title, others in their description."""
    made = []
    for number in range(first, first + count):
        place = "title" if number % 2 else "description"
        image = await catalog.upload(a_picture(number=number, size=(16, 12)), **{place: f"harbour {number}"})
        made.append(image["id"])
    return made


async def a_page(catalog: RunningCatalog, sort: str, cursor: str | None, limit: int = 4) -> dict[str, Any]:
    params: dict[str, Any] = {"sort": sort, "limit": limit, "seed": 3, "q": "harbour"}
    answer = await catalog.client.get("/v1/images", params=params if cursor is None else {**params, "cursor": cursor})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_pages_add_up_to_the_whole_in_every_order(catalog: RunningCatalog) -> None:
    made = await fill(catalog, 0, COUNT)
    for sort in SORTS:
        whole = [item["id"] for item in (await a_page(catalog, sort, None, 500))["items"]]
        found, cursor = [], None
        for number in range(6):
            page = await a_page(catalog, sort, cursor)
            found += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            assert (cursor is None) == (number == 5)
        assert found == whole, sort
        assert sorted(found) == sorted(made), sort


@pytest.mark.parametrize("sort", SORTS)
async def test_who_adds_and_removes_meanwhile_shifts_nothing(catalog: RunningCatalog, sort: str) -> None:
    made = await fill(catalog, 0, 12)
    order = [item["id"] for item in (await a_page(catalog, sort, None, 500))["items"]]
    found, removed, cursor = [], [], None
    for turn in range(30):
        page = await a_page(catalog, sort, cursor, 3)
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        if turn < 2:  # take away one that was seen and one that was not, and add two
            for gone in (found[-1], next(image for image in order if image not in {*found, *removed})):
                assert (await catalog.client.delete(f"/v1/images/{gone}")).status_code == 204
                removed.append(gone)
            await fill(catalog, 100 + 2 * turn, 2)
    assert cursor is None
    assert len(found) == len(set(found))
    assert set(made) - set(removed) <= set(found)


@pytest.mark.parametrize(("count", "limit"), [(0, 1), (4, 4), (4, 5), (5, 4)])
async def test_the_last_page_says_so(catalog: RunningCatalog, count: int, limit: int) -> None:
    await fill(catalog, 0, count)
    page = await a_page(catalog, "created_at", None, limit)
    assert len(page["items"]) == min(count, limit)
    assert (page["next_cursor"] is None) == (count <= limit)
