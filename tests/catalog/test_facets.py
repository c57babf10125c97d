"""What the images found have in common; and that what nobody may see shows nowhere."""

from pathlib import Path
from typing import Any

import pytest

from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import RunningCatalog, running_catalog
from tests.catalog.pictures import a_picture
from tests.catalog.words_walk import LABELS, TAGS, Known, Walk

PATHS: list[tuple[str, dict[str, Any]]] = [
    ("/v1/images", {"include": "facets", "label": "dog", "limit": 3}),
    ("/v1/images", {"include": "facets", "label": ["animal", "tabby"]}),
    ("/v1/images", {"include": "facets", "q": "terrier"}),
    ("/v1/images", {"include": "facets"}),
    ("/v1/labels", {"limit": 500}),
    ("/v1/labels", {"prefix": "b"}),
    ("/v1/labels", {"prefix": "petel"}),
    ("/v1/labels/n02084071", {}),
]


async def labelled(walk: Walk, labels: dict[str, float], **said: Any) -> str:
    image_id = await walk.upload(**said)
    await walk.put_labels(image_id, labels)
    return image_id


async def test_facets_are_of_all_images_found_not_of_the_page(catalog: RunningCatalog) -> None:
    walk = Walk(catalog, 1)
    for _ in range(3):
        await labelled(walk, {LABELS[0]: 0.9, LABELS[1]: 0.5}, owner=1, public=True)
    await labelled(walk, {LABELS[2]: 0.9}, owner=2, public=True)
    answer = await catalog.client.get("/v1/images", params={"label": "dog", "limit": 1, "include": "facets"})
    facets = answer.json()["facets"]
    assert len(answer.json()["items"]) == 1
    assert {"id": "n02084071", "name": "dog", "count": 3} in facets["labels"]
    assert {"id": LABELS[1], "name": "Staffordshire bullterrier", "count": 3} in facets["labels"]
    assert facets["owners"] == [{"id": "00000000-0000-0000-0000-000000000001", "name": "ada", "count": 3}]
    assert LABELS[2] not in {facet["id"] for facet in facets["labels"]}


async def test_without_asking_there_are_no_facets(catalog: RunningCatalog) -> None:
    await catalog.upload(tags=["pet"])
    assert (await catalog.client.get("/v1/images")).json()["facets"] is None
    nothing = await catalog.client.get("/v1/images", params={"include": "facets", "tag": "none"})
    assert nothing.json()["facets"] == {"labels": [], "tags": [], "owners": []}


async def test_a_label_that_the_model_does_not_know_is_found_itself_and_above(catalog: RunningCatalog) -> None:
    walk = Walk(catalog, 1)
    image_id = await labelled(walk, {"n02084071": 1.0}, owner=1)
    for name, found in (("dog", True), ("animal", True), ("American Staffordshire terrier", False)):
        for scored in ({}, {"min_score": 0.9}):
            titles = [image["id"] for image in await catalog.listed(label=name, **scored)]
            assert titles == ([image_id] if found else []), name


@pytest.mark.parametrize("segments", [True, False])
async def test_what_one_may_not_see_changes_nothing(postgres: TestPostgres, tmp_path: Path, segments: bool) -> None:
    """Two libraries, one with private images of others: who may not see them gets the same answers from both."""
    answers = []
    for hidden in (False, True):
        async with running_catalog(postgres, tmp_path / str(hidden)) as catalog:
            answers.append(await told(catalog, hidden=hidden, segments=segments))
    assert answers[0] == answers[1]
    assert any(answers[0])


async def told(catalog: RunningCatalog, *, hidden: bool, segments: bool) -> list[Any]:
    walk = Walk(catalog, 3)
    for number in range(6):
        await labelled(walk, {LABELS[number % 5]: 0.5 + number / 20}, owner=1 + number % 2, public=True)
        if hidden:
            secret = await catalog.upload(
                a_picture(number=900 + number, size=(16, 12)), by=2, tags=[TAGS[number], "xyz"]
            )
            walk.images[secret["id"]] = Known(2, public=False, tags=[])
            await walk.put_labels(secret["id"], {LABELS[number % 5]: 1.0})
    if segments:
        await walk.compact()
        await walk.roll_up()
    found = []
    for user in (1, 3):
        for path, query in PATHS:
            body = (await catalog.user(user).get(path, params=query)).json()
            items = body.get("items", [])
            titles = [(item["tags"], item["labels"]) if "tags" in item else item for item in items]
            found.append((titles, body.get("facets"), body.get("count"), body.get("next_cursor") is None))
    return found
