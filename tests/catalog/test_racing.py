"""What people do while the worker is at an image: in the end everyone knows the same of it."""

import asyncio

import pytest

from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import DOGS, Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.serving import eventually


async def test_an_image_deleted_during_inference_leaves_nothing(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    fakes.classifier.gate.clear()
    async with working(catalog, fakes):
        await fakes.classifier.begun.wait()
        assert (await catalog.client.delete(f"/v1/images/{image['id']}?permanent=true")).status_code == 204
        await catalog.hurry()
        await catalog.until_idle()  # the vector's and the bytes' end come before their beginning
        fakes.classifier.gate.set()
        await _until_told(fakes, "PUT")
        await catalog.until_idle()
        await _settled(catalog, fakes)
    assert fakes.similarity.points == {}
    assert await catalog.rows("SELECT 1 FROM images") == []
    assert catalog.objects() == []


async def test_visibility_changed_during_inference_reaches_the_vector(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    fakes.classifier.gate.clear()
    async with working(catalog, fakes):
        await fakes.classifier.begun.wait()
        await catalog.client.patch(f"/v1/images/{image['id']}", json={"visibility": "public"})
        await _until_told(fakes, "PATCH")  # too early: there is no vector yet
        fakes.classifier.gate.set()
        await catalog.until(image["id"], "ready")
        await _settled(catalog, fakes)
    [point] = fakes.similarity.points.values()
    assert point["public"] is True


async def test_verdicts_given_during_inference_stay_and_reach_the_vector(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    here, best, by_hand = f"/v1/images/{image['id']}", next(iter(DOGS)), "n02121620"
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
        fakes.classifier.gate.clear()
        fakes.classifier.begun.clear()
        await catalog.client.post(f"{here}:reprocess")
        await fakes.classifier.begun.wait()
        await catalog.client.post(f"{here}/labels/{best}:reject")
        await catalog.client.put(f"{here}/labels/{by_hand}")
        fakes.classifier.gate.set()
        labels = (await catalog.until(image["id"], "ready"))["labels"]
        await _settled(catalog, fakes)
    assert {label["id"]: label["status"] for label in labels} == {
        **dict.fromkeys(DOGS, "suggested"),
        best: "rejected",
        by_hand: "confirmed",
    }
    [point] = fakes.similarity.points.values()
    assert sorted(point["label_ids"]) == sorted({*DOGS, by_hand} - {best})


async def test_the_same_verdict_many_times_at_once_is_one(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    puts = [catalog.client.put(f"/v1/images/{image['id']}/labels/n02084071") for _ in range(8)]
    answers = await asyncio.gather(*puts)
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert await catalog.rows("SELECT label_id, status FROM image_labels") == [("n02084071", "confirmed")]


async def test_labels_that_came_while_a_change_was_told_are_not_lost(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    await catalog.client.patch(f"/v1/images/{image['id']}", json={"visibility": "public"})
    fakes.classifier.gate.clear()
    fakes.similarity.gates["PATCH"] = asyncio.Event()
    async with working(catalog, fakes):
        await fakes.classifier.begun.wait()
        await _until_told(fakes, "PATCH")  # it was read before the labels, and arrives after them
        fakes.classifier.gate.set()
        await catalog.until(image["id"], "ready")
        fakes.similarity.gates["PATCH"].set()
        await _settled(catalog, fakes)
    [point] = fakes.similarity.points.values()
    assert (point["public"], sorted(point["label_ids"])) == (True, sorted(DOGS))


async def test_the_last_of_two_changes_is_the_one_that_is_told_last(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
        slow = fakes.similarity.gates["PATCH"] = asyncio.Event()
        await catalog.client.patch(f"/v1/images/{image['id']}", json={"visibility": "public"})
        await _until_told(fakes, "PATCH")
        del fakes.similarity.gates["PATCH"]
        await catalog.client.patch(f"/v1/images/{image['id']}", json={"visibility": "private"})
        await _until_told(fakes, "PATCH", times=2)
        slow.set()  # "public" arrives after "private"
        await _settled(catalog, fakes)
    [point] = fakes.similarity.points.values()
    assert point["public"] is False


async def test_an_image_deleted_while_a_change_is_told_leaves_no_vector(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
        fakes.similarity.gates["PATCH"] = asyncio.Event()
        await catalog.client.patch(f"/v1/images/{image['id']}", json={"visibility": "public"})
        await _until_told(fakes, "PATCH")
        await catalog.client.delete(f"/v1/images/{image['id']}")
        fakes.similarity.gates["PATCH"].set()
        await _settled(catalog, fakes)
    assert fakes.similarity.points == {}


@pytest.mark.parametrize("trouble", [None, (500, "broken"), (503, "model_missing")])
async def test_the_worker_waits_for_who_holds_an_image_and_holds_nothing_meanwhile(
    catalog: RunningCatalog, fakes: Fakes, trouble: tuple[int, str] | None
) -> None:
    """A delete holds the image and then its job: in the other order, the two would end each other."""
    image = await catalog.upload()
    fakes.classifier.trouble, fakes.classifier.state_lies = trouble, True
    fakes.classifier.gate.clear()
    async with working(catalog, fakes), catalog.app.state.database.engine.connect() as other:
        await fakes.classifier.begun.wait()
        await other.exec_driver_sql("SELECT 1 FROM images FOR UPDATE")
        fakes.classifier.gate.set()
        await eventually(lambda: catalog.rows("SELECT 1 FROM pg_locks WHERE NOT granted"))
        await other.exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
        await other.exec_driver_sql("DELETE FROM jobs")
        await other.rollback()
        fakes.classifier.trouble = None
        await catalog.until_tried(image["id"])
        await catalog.hurry()
        await catalog.until(image["id"], "ready")


async def test_changes_and_deletes_at_once_with_the_worker_disturb_nobody(
    catalog: RunningCatalog, fakes: Fakes
) -> None:
    images = [await catalog.upload(a_picture(number=number)) for number in range(8)]
    async with working(catalog, fakes, workers=2):
        for turn in range(2):
            calls = [
                call
                for image in images
                for call in (
                    catalog.client.patch(
                        f"/v1/images/{image['id']}", json={"visibility": ("public", "private")[turn % 2]}
                    ),
                    catalog.client.post(f"/v1/images/{image['id']}:reprocess"),
                )
            ]
            assert {answer.status_code for answer in await asyncio.gather(*calls)} == {200, 202}
        deleted = [catalog.client.delete(f"/v1/images/{image['id']}") for image in images[:4]]
        assert {answer.status_code for answer in await asyncio.gather(*deleted)} == {204}
        for image in images[4:]:
            await catalog.until(image["id"], "ready")
        await _settled(catalog, fakes)
    told = {str(key): point["public"] for key, point in fakes.similarity.points.items()}
    assert told == {image["id"]: False for image in images[4:]}


async def _until_told(fakes: Fakes, method: str, *, times: int = 1) -> None:
    """Wait until the similarity service was called like that so often."""

    async def told() -> bool:
        return [call for call, _ in fakes.similarity.calls].count(method) >= times

    await eventually(told)


async def _settled(catalog: RunningCatalog, fakes: Fakes) -> None:
    """Wait until there is no work, and there was none for a moment."""
    before = -1
    while before != len(fakes.similarity.calls):
        before = len(fakes.similarity.calls)
        await catalog.until_idle()
        await asyncio.sleep(0.3)
