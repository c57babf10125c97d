"""include=outline: where pages begin, so that one can go to any of them."""

import pytest

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

TAKEN = [None, "2020:02:10 20:24:43", "2018:03:04 05:06:07", "2018:03:04 05:06:07", None, "2020:02:10 20:24:42", None]


@pytest.mark.parametrize("sort", ["-created_at", "created_at", "-taken_at", "taken_at"])
@pytest.mark.parametrize("more", [{}, {"tag": "odd"}, {"q": "harbour"}])
async def test_it_tells_what_walking_tells(catalog: RunningCatalog, sort: str, more: dict[str, str]) -> None:
    for number in range(7):
        tags = ["odd"] if number % 2 else ["even"]
        picture = a_picture(number=number, size=(16, 12), taken=TAKEN[number])
        await catalog.upload(picture, title="harbour", tags=tags)
    asked = {"sort": sort, "limit": 2, **more}
    first = (await catalog.client.get("/v1/images", params={**asked, "include": "outline"})).json()
    pages, cursor = [first["items"]], first["next_cursor"]
    for start in first["outline"]:
        last = pages[-1][-1]
        at = (last["taken_at"] if "taken" in sort else None) or last["created_at"]
        assert start == {"cursor": cursor, "at": at}
        page = (await catalog.client.get("/v1/images", params={**asked, "cursor": cursor})).json()
        pages.append(page["items"])
        cursor = page["next_cursor"]
    assert cursor is None
    assert [len(page) for page in pages] == ([2, 1] if "tag" in more else [2, 2, 2, 1])


async def test_a_whole_last_page_is_followed_by_nothing(catalog: RunningCatalog) -> None:
    for number in range(4):
        await catalog.upload(a_picture(number=number, size=(16, 12)))
    page = (await catalog.client.get("/v1/images?limit=2&include=outline")).json()
    assert [start["cursor"] for start in page["outline"]] == [page["next_cursor"]]
    hidden = (await catalog.bob.get("/v1/images?limit=2&include=outline")).json()
    assert (hidden["items"], hidden["outline"]) == ([], [])


async def test_other_orders_have_none(catalog: RunningCatalog) -> None:
    await catalog.upload(title="harbour")
    for query in ("sort=random", "q=harbour", "q=harbour&sort=relevance"):
        assert (await catalog.client.get(f"/v1/images?include=outline&{query}")).json()["outline"] is None
    assert_problem(await catalog.client.get("/v1/images?include=outlines"), 422, "validation_failed")
