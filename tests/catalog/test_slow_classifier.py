"""A classifier that is too slow for a group of four: smaller groups get through, and none loses a try."""

import pytest

from services.catalog.clients import classifier
from services.catalog.services.jobs.group_size import GROW_AFTER, GroupSize
from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture


async def test_smaller_groups_get_through(
    catalog: RunningCatalog, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three seconds for four images where two are allowed, one second for two where one is just too little."""
    monkeypatch.setattr(classifier, "IMAGE_DEADLINE_S", 0.5)
    fakes.classifier.takes = lambda count: {1: 0.1, 2: 1.1}.get(count, 3.0)
    images = [await catalog.upload(a_picture(number=number)) for number in range(8)]
    async with working(catalog, fakes):
        for image in images:
            await catalog.until(image["id"], "ready")
    assert set(fakes.classifier.counts) == {1}
    assert fakes.classifier.tried <= 8 + 4 + 4 + 4 + 8, "groups shrink once, not each job on its own"
    assert await catalog.rows("SELECT 1 FROM jobs WHERE kind = 'ingest'") == []


async def test_a_single_image_that_is_late_waits_and_loses_no_try(
    catalog: RunningCatalog, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifier, "IMAGE_DEADLINE_S", 0.2)
    fakes.classifier.takes = lambda _: 1.0
    image = await catalog.upload()
    async with working(catalog, fakes):
        waiting = await catalog.until(image["id"], "deferred")
        assert waiting["state_reason"] == "FAKE: deadline_exceeded"
        await catalog.until_tried(image["id"])
        assert await catalog.rows("SELECT attempts FROM jobs") == [(0,)]
        fakes.classifier.takes = lambda _: 0.0
        await catalog.until(image["id"], "ready")


def test_groups_grow_again_after_full_ones_in_time() -> None:
    group = GroupSize(4)
    group.missed(4)
    group.missed(4)  # the other one that was under way
    assert group.now == 2
    for _ in range(GROW_AFTER):
        group.worked(1)  # says nothing of two
    assert group.now == 2
    for _ in range(GROW_AFTER):
        group.worked(2)
    assert group.now == 4
    for _ in range(3):
        group.missed(group.now)
    assert group.now == 1
