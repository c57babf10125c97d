"""A walk over pages while others add, delete, hide and label: what nobody touches is shown exactly once."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from services.catalog.services.labels.search_document import SearchDocuments
from services.catalog.storage.images import ImageRepository
from services.text.analyzer import Analyzer
from tests.catalog.factories import RunningCatalog
from tests.catalog.words_walk import LABELS, TAXONOMY, Walk

STILL, MOVING = 12, 8
WALKS: list[dict[str, Any]] = [
    {"label": "dog"},
    {"label": ["animal", "dog"], "sort": "-created_at"},
    {"label": "dog", "sort": "created_at"},
    {"any_label": ["dog", "lemon"], "include": "facets"},
    {"q": "terrier"},
    {"sort": "random", "seed": 3},
]


@pytest.mark.parametrize("query", WALKS)
async def test_what_nobody_touches_is_shown_exactly_once(catalog: RunningCatalog, query: dict[str, Any]) -> None:
    walk = Walk(catalog, 5)
    still, moving = [], []
    for number in range(STILL + MOVING):
        image_id = await walk.upload(owner=2, public=True)
        await walk.put_labels(image_id, {LABELS[number % 2]: [0.25, 0.5, 0.75][number % 3]})
        (moving if number % 5 in {1, 3} else still).append(image_id)
        if number == STILL:
            await walk.compact()
    shown: list[str] = []
    cursor: dict[str, str] = {}
    for turn in range(STILL + 2 * MOVING):
        page = (await catalog.client.get("/v1/images", params={**query, "limit": 2, **cursor})).json()
        shown += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
        await disturb(walk, moving, turn)
    assert page["next_cursor"] is None
    assert {image_id: Counter(shown)[image_id] for image_id in still} == dict.fromkeys(still, 1)


async def disturb(walk: Walk, moving: list[str], turn: int) -> None:
    """Change the order among the images that may move, and compact now and then."""
    if turn % 4 == 0:
        moving.append(await walk.upload(owner=2, public=True))
        await walk.put_labels(moving[-1], {LABELS[0]: 0.5})
    image_id = walk.chance.choice(moving)
    if turn % 4 == 1:
        moving.remove(image_id)
        walk.images.pop(image_id)
        assert (await walk.catalog.bob.delete(f"/v1/images/{image_id}")).status_code == 204
    elif turn % 4 == 2:
        change = {"visibility": walk.chance.choice(["public", "private"])}
        assert (await walk.catalog.bob.patch(f"/v1/images/{image_id}", json=change)).status_code == 200
    else:
        await walk.put_labels(image_id, {LABELS[1]: walk.chance.choice([0.1, 0.9])})
        await walk.compact()


@pytest.mark.parametrize("query", [{}, {"label": "dog"}, {"q": "terrier"}, {"created_after": "2020-01-01T00:00:00Z"}])
async def test_an_order_of_chance_is_the_same_before_and_after_sealing(
    catalog: RunningCatalog, query: dict[str, Any]
) -> None:
    walk = Walk(catalog, 5)
    for _ in range(8):
        await walk.put_labels(await walk.upload(owner=1), {LABELS[0]: 0.5})
    asked = [{**query, "sort": "random", "seed": seed} for seed in (0, 7, 2**20)]
    before = [await catalog.listed(**one) for one in asked]
    assert len({tuple(image["id"] for image in order) for order in before}) == len(asked)
    await walk.compact()
    assert [await catalog.listed(**one) for one in asked] == before
    for image in before[0][:3]:  # three are told by the database again, the others by the segment
        await walk.put_labels(image["id"], {LABELS[1]: 0.5})
    assert [[image["id"] for image in await catalog.listed(**one)] for one in asked] == [
        [image["id"] for image in order] for order in before
    ]


@pytest.mark.parametrize("changed_before", [True, False])
async def test_a_change_under_way_while_its_block_is_sealed_is_not_lost(
    catalog: RunningCatalog, changed_before: bool
) -> None:
    """Compaction forgets the changes that it saw; the one that is committed later is none of them."""
    walk = Walk(catalog, 5)
    image_id = await walk.upload(owner=1, public=True)
    if not changed_before:
        await walk.compact()
    async with catalog.app.state.database.transaction() as session:
        images = ImageRepository(session)
        await images.change(UUID(image_id), {"tags": ["late"]})
        image = await images.get_for_work(UUID(image_id))
        assert image is not None
        await SearchDocuments(TAXONOMY, Analyzer()).write(images, image)
        await walk.compact()
        assert await catalog.listed(tag="late") == []
    assert [image["id"] for image in await catalog.listed(tag="late")] == [image_id]
    await walk.compact()
    assert [image["id"] for image in await catalog.listed(tag="late")] == [image_id]
