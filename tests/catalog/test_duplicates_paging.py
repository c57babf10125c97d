"""Walking groups of copies page by page: those that comparing all with all finds, whoever asks and whatever changes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.catalog.factories import RunningCatalog
from tests.catalog.generated import Group, Row, a_generated_library, insert, right_groups
from tests.catalog.hashed import a_hash, picture_of
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
COUNT = 300


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rows(shared_catalog: RunningCatalog) -> AsyncIterator[list[Row]]:
    """Three people's library: half of the images are copies, half are public."""
    rows = a_generated_library(COUNT, copies=0.5, owners=3, public=0.5)
    async with shared_catalog.app.state.database.engine.begin() as connection:
        await insert(connection, rows)
    yield rows


async def walk(catalog: RunningCatalog, *, by: int = 1, **wanted: Any) -> list[dict[str, Any]]:
    items, cursor = [], None
    while True:
        params = wanted if cursor is None else {**wanted, "cursor": cursor}
        answer = await catalog.user(by).get("/v1/duplicates", params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["complete"]
        assert len(page["items"]) <= wanted.get("limit", 20)
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items
        assert page["items"]


def as_group(item: dict[str, Any]) -> Group:
    assert item["size"] == len(item["images"])
    return Group(item["id"], item["kind"], tuple(image["id"] for image in item["images"]))


@pytest.mark.parametrize("kind", ["all", "exact", "near"])
@pytest.mark.parametrize("max_distance", [8, 3, 0])
async def test_the_groups_are_those_of_all_pairs(
    shared_catalog: RunningCatalog, rows: list[Row], kind: str, max_distance: int
) -> None:
    for viewer in (1, 2, 9):
        expected = right_groups(
            rows, lambda row, who=viewer: row.public or row.owner == who, kind=kind, max_distance=max_distance
        )
        found = await walk(shared_catalog, by=viewer, kind=kind, max_distance=max_distance, limit=12)
        assert [as_group(item) for item in found] == expected
        assert expected


async def test_the_groups_of_an_owner_are_those_of_their_pairs(shared_catalog: RunningCatalog, rows: list[Row]) -> None:
    expected = right_groups(rows, lambda row: row.owner == 1)
    assert [as_group(item) for item in await walk(shared_catalog, owner="me", limit=50)] == expected
    expected = right_groups(rows, lambda row: row.owner == 2 and row.public)
    owner = f"{2:032x}"
    assert [as_group(item) for item in await walk(shared_catalog, owner=owner, limit=3)] == expected


async def test_a_cursor_serves_its_request_alone(shared_catalog: RunningCatalog, rows: list[Row]) -> None:
    assert rows
    path = "/v1/duplicates?limit=1"
    cursor = (await shared_catalog.client.get(path)).json()["next_cursor"]
    assert (await shared_catalog.client.get(f"/v1/duplicates?limit=5&cursor={cursor}")).status_code == 200
    others = ["kind=near", "kind=exact", "max_distance=7", "owner=me", f"owner={1:032x}"]
    for other in others:
        answer = await shared_catalog.client.get(f"/v1/duplicates?{other}&cursor={cursor}")
        assert_problem(answer, 400, "invalid_cursor")
    listed = (await shared_catalog.client.get("/v1/images?limit=1")).json()["next_cursor"]
    for foreign in (listed, "x", cursor[:-4], "🐈"):
        assert_problem(await shared_catalog.client.get(f"{path}&cursor={foreign}"), 400, "invalid_cursor")
    assert_problem(await shared_catalog.bob.get(f"{path}&cursor={cursor}"), 400, "invalid_cursor")


async def test_a_limit_above_the_bound_is_the_bound(
    shared_catalog: RunningCatalog, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rows
    monkeypatch.setattr("services.catalog.handlers.duplicates.MOST_GROUPS", 5)
    for limit, found in {4: 4, 5: 5, 6: 5, 10**20: 5}.items():
        page = (await shared_catalog.client.get(f"/v1/duplicates?limit={limit}")).json()
        assert len(page["items"]) == found


@pytest.mark.asyncio(loop_scope="function")
async def test_who_adds_and_removes_meanwhile_shifts_nothing(catalog: RunningCatalog) -> None:
    """Between two pages a group that was seen goes, one that was not goes, one grows, and a new one comes."""
    pairs = []
    for seed in range(6):
        data = [picture_of(a_hash(seed), note=note) for note in ("first", "second")]
        pairs.append([(await catalog.upload(picture))["id"] for picture in data])
    first = (await catalog.client.get("/v1/duplicates?limit=2")).json()
    assert [item["id"] for item in first["items"]] == [pairs[5][1], pairs[4][1]]
    for gone in (pairs[5][1], pairs[2][0]):
        await catalog.client.delete(f"/v1/images/{gone}")
    for number, seed in enumerate((1, 100, 100)):
        await catalog.upload(picture_of(a_hash(seed), note=f"later {number}"))
    rest = (await catalog.client.get("/v1/duplicates", params={"cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in rest["items"]] == [pairs[3][1], pairs[0][1]]
    assert rest["next_cursor"] is None
    assert [item["size"] for item in await walk(catalog, limit=1)] == [2, 3, 2, 2, 2]
