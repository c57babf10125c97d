"""Queries that are refused, or that find nothing: never a failure of ours."""

import base64
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODYS = "01a1f820-2c04-72bb-a281-ff14b178a12c"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(shared_catalog: RunningCatalog) -> AsyncIterator[httpx.AsyncClient]:
    """Ada, with three images in her favorites, and two collections."""
    for number in range(3):
        image = await shared_catalog.upload(a_picture(number=number), tags=[f"t{number}"])
        await shared_catalog.client.put(f"/v1/collections/favorites/images/{image['id']}")
    await shared_catalog.client.post("/v1/collections", json={"name": "Holidays"})
    yield shared_catalog.client


REFUSED = {
    "/v1/images?limit=0": "/query/limit",
    "/v1/images?limit=-1": "/query/limit",
    "/v1/images?limit=NaN": "/query/limit",
    "/v1/images?limit=": "/query/limit",
    "/v1/images?min_score=NaN": "/query/min_score",
    "/v1/images?min_score=inf": "/query/min_score",
    "/v1/images?min_score=-0.1": "/query/min_score",
    "/v1/images?min_score=1.1": "/query/min_score",
    "/v1/images?min_width=-1": "/query/min_width",
    "/v1/images?min_width=1e3": "/query/min_width",
    "/v1/images?max_height=99999999999999999999": "/query/max_height",
    "/v1/images?seed=-1": "/query/seed",
    "/v1/images?seed=99999999999": "/query/seed",
    "/v1/images?sort=title": "/query/sort",
    "/v1/images?include=everything": "/query/include/0",
    f"/v1/images?{'include=explain&' * 11}": "/query/include",
    "/v1/images?state=lost": "/query/state",
    "/v1/images?collection=holidays": "/query/collection",
    "/v1/images?q=": "/query/q",
    "/v1/images?q=a%00b": "/query/q",
    f"/v1/images?q={'x' * 501}": "/query/q",
    "/v1/images?tag=a%00b": "/query/tag/0",
    "/v1/images?tag=": "/query/tag/0",
    f"/v1/images?{'tag=a&' * 21}": "/query/tag",
    "/v1/images?label=a%00b": "/query/label/0",
    "/v1/images?owner=a%00b": "/query/owner",
    f"/v1/images?owner={'x' * 101}": "/query/owner",
    "/v1/images?taken_after=yesterday": "/query/taken_after",
    "/v1/images?taken_after=0": "/query/taken_after",
    "/v1/images?taken_after=1700000000": "/query/taken_after",
    "/v1/images?taken_after=2020-01-01": "/query/taken_after",
    "/v1/images?taken_after=2020-01-01T00:00Z": "/query/taken_after",
    "/v1/images?taken_after=2020-01-01T00:00:00+02:00": "/query/taken_after",
    "/v1/images?taken_after=2020-02-30T00:00:00Z": "/query/taken_after",
    "/v1/images?limit=1.0": "/query/limit",
    "/v1/images?limit=1e2": "/query/limit",
    "/v1/images?limit=%205": "/query/limit",
    "/v1/images?limit=%2B5": "/query/limit",
    "/v1/images?limit=1_0": "/query/limit",
    "/v1/images?limit=true": "/query/limit",
    "/v1/images?limit=%D9%A5": "/query/limit",
    "/v1/images?min_score=0_1": "/query/min_score",
    "/v1/images?min_score=%200.5": "/query/min_score",
    "/v1/images?min_score=true": "/query/min_score",
    "/v1/images?cursor=": "/query/cursor",
    "/v1/images?limit=1&limit=2": "/query/limit",
    "/v1/images?q=a&q=a": "/query/q",
    "/v1/images?tags=x": "/query/tags",
    "/v1/images?Limit=1": "/query/Limit",
    "/v1/images?tag%5B%5D=x": "/query/tag[]",
    "/v1/images?=x": "/query/",
    f"/v1/images?{'x' * 5000}=1": f"/query/{'x' * 60}",
    f"/v1/images/{NOBODYS}?include=labels": "/query/include",
    f"/v1/images/{NOBODYS}/labels?minscore=0": "/query/minscore",
    f"/v1/images/{NOBODYS}/content?download=1": "/query/download",
    f"/v1/images/{NOBODYS}/variants/thumb?rotation=90&rotation=90": "/query/rotation",
    "/v1/operations?state=running": "/query/state",
    "/v1/models?limit=1": "/query/limit",
    "/v1/labels/n02084071?limit=1": "/query/limit",
    "/v1/collections?q=x": "/query/q",
    "/v1/images?taken_after=2020-01-01T00:00:00": "/query/taken_after",
    "/v1/images?created_before=NaN": "/query/created_before",
    "/v1/images?updated_after=yesterday": "/query/updated_after",
    "/v1/images?created_after=0001-01-01T00:00:00%2B14:00": "/query/created_after",
    "/v1/images?created_before=9999-12-31T23:59:59-14:00": "/query/created_before",
    f"/v1/images?cursor={'x' * 2049}": "/query/cursor",
    "/v1/duplicates?kind=similar": "/query/kind",
    "/v1/duplicates?kind=": "/query/kind",
    "/v1/duplicates?max_distance=9": "/query/max_distance",
    "/v1/duplicates?max_distance=-1": "/query/max_distance",
    "/v1/duplicates?max_distance=NaN": "/query/max_distance",
    "/v1/images?owner=": "/query/owner",
    "/v1/duplicates?owner=": "/query/owner",
    "/v1/duplicates?owner=a%00b": "/query/owner",
    "/v1/duplicates?limit=0": "/query/limit",
    f"/v1/duplicates?cursor={'x' * 2049}": "/query/cursor",
    "/v1/labels?prefix=a%00b": "/query/prefix",
    f"/v1/labels?prefix={'x' * 101}": "/query/prefix",
    "/v1/labels?limit=0": "/query/limit",
    f"/v1/labels/{'n' * 17}": "/path/label_id",
    "/v1/collections?limit=0": "/query/limit",
    "/v1/collections/favorites/images?limit=-5": "/query/limit",
    "/v1/collections/FAVORITES": "/path/collection_id",
    "/v1/images/not-an-id": "/path/image_id",
    "/v1/images/%00": "/path/image_id",
}


@pytest.mark.parametrize("path", REFUSED)
async def test_it_says_which_parameter_is_wrong(client: httpx.AsyncClient, path: str) -> None:
    problem = assert_problem(await client.get(path), 422, "validation_failed")
    # A union of types says what is wrong for each of them.
    assert {error["pointer"].removesuffix("/uuid").partition("/literal")[0] for error in problem["errors"]} == {
        REFUSED[path]
    }


NOTHING_FOUND = [
    "q=the", "q=%27%3B%20DROP%20TABLE%20images", "q=a%20%26%20%7C%20!", "q=%F0%9F%90%88",
    f"q={'a%20OR%20' * 60}a", "tag=none", "tag=%25", "tag=_", "owner=nobody", "owner=%25",
    f"owner={NOBODYS}", f"collection={NOBODYS}", "label=dog", "min_width=100000", "max_height=0",
    "taken_after=1970-01-01T00:00:00Z", "created_after=9999-12-31T23:59:59Z", "created_before=0001-01-01T00:00:00Z",
    "state=failed",
]  # fmt: skip


@pytest.mark.parametrize("query", NOTHING_FOUND)
async def test_it_finds_nothing(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/v1/images?{query}")
    found = answer.json()
    assert (answer.status_code, found["items"], found["next_cursor"]) == (200, [], None)


@pytest.mark.parametrize("query", ["limit=500", "limit=501", f"limit={10**30}", "min_width=0", "min_score=1"])
async def test_it_is_no_limit(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/v1/images?{query}")
    assert len(answer.json()["items"]) == 3


@pytest.mark.parametrize("parameter", ["label", "any_label", "not_label"])
async def test_an_unknown_label_is_named(client: httpx.AsyncClient, parameter: str) -> None:
    answer = await client.get("/v1/images", params={parameter: "dogg"})
    problem = assert_problem(answer, 422, "unknown_label", pointers=[f"/query/{parameter}"])
    assert "'dogg'" in problem["detail"]


def as_cursor(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def opened(cursor: str) -> list[object]:
    content: list[object] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return content


PAGES = ["/v1/images?limit=1", "/v1/images?limit=1&sort=random", "/v1/labels?limit=1", "/v1/collections?limit=1",
         "/v1/collections/favorites/images?limit=1"]  # fmt: skip
GARBAGE = [
    "x", "%00", "ä", "🐈", as_cursor(b"\xff\xfe"), as_cursor(b"["), as_cursor(7), as_cursor("abc"), as_cursor({}),
    as_cursor([]), as_cursor([None]), as_cursor(["x"]), as_cursor(b"[" * 1500), as_cursor({"a": 1}),
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
async def test_garbage_is_no_cursor(client: httpx.AsyncClient, page: str) -> None:
    for cursor in GARBAGE:
        answer = await client.get(f"{page}&cursor={quote(cursor, safe='%')}")
        assert_problem(answer, 400, "invalid_cursor")


@pytest.mark.parametrize("page", PAGES)
async def test_a_cursor_that_was_tampered_with_is_refused(client: httpx.AsyncClient, page: str) -> None:
    first = await client.get(page)
    fingerprint, *position = opened(first.json()["next_cursor"])
    strange: list[object] = [
        None, True, [], {}, "x", "", "\x00", "2020", "20200101", "2024-W01-1", "0001-01-01T00:00:00+14:00",
        "9999-12-31 23:59:59.999999", "2020-01-01 00:00:00+00:00", "\ud800", 10**30, -1, 1e308,
        float("nan"), float("inf"),
    ]  # fmt: skip
    for place in range(len(position)):
        for value in strange:
            changed = [*position[:place], value, *position[place + 1 :]]
            answer = await client.get(f"{page}&cursor={as_cursor([fingerprint, *changed])}")
            assert answer.status_code in {200, 400}, (value, answer.text)
    for wrong in (position[:-1], [*position, "x"]):
        assert_problem(await client.get(f"{page}&cursor={as_cursor([fingerprint, *wrong])}"), 400, "invalid_cursor")


@pytest.mark.parametrize(("page", "others"), [
    ("/v1/images?limit=1", ["/v1/images?q=x", "/v1/images?sort=created_at", "/v1/images?owner=me", "/v1/labels?limit=1",
    ]),
    ("/v1/images?limit=1&sort=random", ["/v1/images?sort=random&seed=2", "/v1/images?sort=relevance"]),
    ("/v1/labels?limit=1", ["/v1/labels?prefix=t", "/v1/collections?limit=1"]),
    ("/v1/collections/favorites/images?limit=1", ["/v1/images?limit=1"]),
])  # fmt: skip
async def test_a_cursor_with_other_filters_is_refused(client: httpx.AsyncClient, page: str, others: list[str]) -> None:
    cursor = (await client.get(page)).json()["next_cursor"]
    assert (await client.get(f"{page}0&cursor={cursor}" if page.endswith("1") else page)).status_code == 200
    for other in others:
        assert_problem(await client.get(f"{other}&cursor={cursor}"), 400, "invalid_cursor")


async def test_a_cursor_is_of_no_use_to_others(shared_catalog: RunningCatalog, client: httpx.AsyncClient) -> None:
    for page in ("/v1/images?limit=1", "/v1/labels?limit=1", "/v1/collections?limit=1"):
        cursor = (await client.get(page)).json()["next_cursor"]
        answer = await shared_catalog.bob.get(f"{page}&cursor={cursor}")
        assert_problem(answer, 400, "invalid_cursor")
