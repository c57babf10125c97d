"""What the worker makes of an upload: labels, vector, words to be found by; again when asked."""

import pytest

from services.vision.labels import load_taxonomy
from tests.catalog.factories import JPEG, RunningCatalog, working
from tests.catalog.fakes import CATS, DOGS, SPACE, Fakes
from tests.catalog.pictures import a_picture


def the_labels(scores: dict[str, float]) -> list[dict[str, object]]:
    return [
        {
            "id": label_id,
            "name": load_taxonomy().get(label_id).name,
            "score": pytest.approx(score),
            "rank": rank,
            "source": "model",
            "model": SPACE,
            "trained": True,
            "status": "suggested",
            "decided_by": None,
            "decided_at": None,
        }
        for rank, (label_id, score) in enumerate(scores.items(), start=1)
    ]


async def test_an_upload_that_waits_is_answered_with_its_labels(catalog: RunningCatalog, fakes: Fakes) -> None:
    async with working(catalog, fakes):
        answer = await catalog.client.post(
            "/v1/images", content=a_picture("red"), headers={**JPEG, "prefer": "respond-async, wait=20"}
        )
    assert (answer.status_code, answer.headers["preference-applied"]) == (201, "wait=20")
    image = answer.json()
    assert answer.headers["location"] == f"/v1/images/{image['id']}"
    assert (image["state"], image["state_reason"], image["labels"]) == ("ready", None, the_labels(DOGS))
    read = await catalog.client.get(answer.headers["location"], headers={"if-none-match": answer.headers["etag"]})
    assert read.status_code == 304
    labels = await catalog.client.get(f"{answer.headers['location']}/labels")
    assert labels.json() == {"items": image["labels"]}


async def test_without_a_worker_waiting_ends_in_time(catalog: RunningCatalog) -> None:
    answer = await catalog.client.post("/v1/images", content=a_picture(), headers={**JPEG, "prefer": "wait=1"})
    assert (answer.status_code, answer.json()["state"]) == (201, "processing")
    assert answer.headers["preference-applied"] == "wait=1"
    assert 1 <= answer.elapsed.total_seconds() < 20


async def test_the_same_bytes_can_be_waited_for_too(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    async with working(catalog, fakes):
        again = await catalog.client.post("/v1/images", content=a_picture(), headers={**JPEG, "prefer": "wait=20"})
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (200, image["id"], "ready")


async def test_one_image_is_one_inference_and_one_vector(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload(visibility="public")
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
        await catalog.until_idle()
    assert fakes.classifier.asked == 1
    [(key, point)] = fakes.similarity.points.items()
    assert str(key) == image["id"]
    assert {name: point[name] for name in ("space", "owner_id", "public", "label_ids")} == {
        "space": SPACE,
        "owner_id": image["owner"]["id"],
        "public": True,
        "label_ids": sorted(DOGS),
    }
    assert await catalog.rows("SELECT * FROM jobs") == []
    assert [name.rpartition("/")[2] for name in catalog.objects()] == [
        "original",
        "preview-0.v2.jpeg",
        "thumb-0.v2.jpeg",
    ]


async def test_an_image_is_found_by_label_synonym_and_kind(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload(a_picture("red"))
    for query in ("q=dog", "q=terrier", "label=dog", "label=n02093428"):
        assert (await catalog.client.get(f"/v1/images?{query}")).json()["items"] == []
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
    for query in ("q=dog", "q=dogs", "q=terrier", "q=canine", "q=pit+bull", "label=dog", "label=n02093428"):
        assert [found["id"] for found in (await catalog.client.get(f"/v1/images?{query}")).json()["items"]] == [
            image["id"]
        ], query


async def test_reprocessing_replaces_what_the_model_said(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload(a_picture("red"))
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
        fakes.classifier.says["red"] = CATS
        answer = await catalog.client.post(f"/v1/images/{image['id']}:reprocess")
        assert (answer.status_code, answer.json()["state"]) == (202, "processing")
        again = await catalog.until(image["id"], "ready")
        await catalog.until_idle()
    assert again["labels"] == the_labels(CATS)
    assert [point["label_ids"] for point in fakes.similarity.points.values()] == [sorted(CATS)]
    assert await catalog.listed(q="dog") == []
    assert len(await catalog.listed(q="cat")) == 1


async def test_reprocessing_twice_at_once_is_once_and_safe(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload()
    for _ in range(3):
        assert (await catalog.client.post(f"/v1/images/{image['id']}:reprocess")).status_code == 202
    assert await catalog.rows("SELECT kind, state, attempts FROM jobs") == [("ingest", "queued", 0)]
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
        await catalog.until_idle()
    assert fakes.classifier.asked == 1


async def test_a_lost_model_input_is_made_again_from_the_original(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await catalog.upload(a_picture("green"))
    assert catalog.settings.store_folder is not None
    [kept] = catalog.settings.store_folder.rglob("model-input")
    kept.unlink()
    async with working(catalog, fakes):
        assert (await catalog.until(image["id"], "ready"))["labels"] == the_labels(CATS)


async def test_what_a_person_said_survives(catalog: RunningCatalog, fakes: Fakes) -> None:
    """The model says dogs, then cats: a confirmed dog, a rejected dog and a cat rejected before stay what they are."""
    confirmed, rejected, *_ = DOGS
    tabby = next(iter(CATS))
    image = await catalog.upload(a_picture("red"))
    here = f"/v1/images/{image['id']}/labels"
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
        await catalog.client.post(f"{here}/{confirmed}:confirm")
        await catalog.client.post(f"{here}/{rejected}:reject")
        await catalog.client.put(f"{here}/{tabby}")  # outside the model's top five
        await catalog.client.post(f"{here}/{tabby}:reject")
        fakes.classifier.says["red"] = CATS
        await catalog.client.post(f"/v1/images/{image['id']}:reprocess")
        again = await catalog.until(image["id"], "ready")
        await catalog.until_idle()
    said = {label["id"]: label["status"] for label in again["labels"]}
    assert said == {**dict.fromkeys(CATS, "suggested"), tabby: "rejected", confirmed: "confirmed", rejected: "rejected"}
    assert [label["id"] for label in again["labels"]] == [*list(CATS)[1:], confirmed, rejected, tabby]
    [point] = fakes.similarity.points.values()
    assert sorted(point["label_ids"]) == sorted({*CATS, confirmed} - {tabby})
    assert await catalog.listed(label=rejected) == []
    assert await catalog.listed(label=tabby) == []
    assert len(await catalog.listed(label=confirmed)) == 1
    assert await catalog.listed(q="tabby") == []
    counts = {term["id"]: term["count"] for term in (await catalog.client.get("/v1/labels")).json()["items"]}
    assert tabby not in counts
    assert counts[confirmed] == 1


async def test_a_verdict_on_what_the_model_gives_again_stays_and_its_score_is_the_newest(
    catalog: RunningCatalog, fakes: Fakes
) -> None:
    confirmed, rejected, *others = DOGS
    image = await catalog.upload(a_picture("red"))
    here = f"/v1/images/{image['id']}/labels"
    async with working(catalog, fakes):
        await catalog.until(image["id"], "ready")
        await catalog.client.post(f"{here}/{confirmed}:confirm")
        before = (await catalog.client.post(f"{here}/{rejected}:reject")).json()["items"]
        by_hand = (await catalog.client.put(f"{here}/n02084071")).json()["items"][-1]
        fakes.classifier.says["red"] = {rejected: 0.6, confirmed: 0.2, others[0]: 0.1, others[1]: 0.05, others[2]: 0.01}
        await catalog.client.post(f"/v1/images/{image['id']}:reprocess")
        again = (await catalog.until(image["id"], "ready"))["labels"]
        await catalog.until_idle()
    assert [(label["id"], label["rank"], label["status"]) for label in again] == [
        (rejected, 1, "rejected"),
        (confirmed, 2, "confirmed"),
        *((label_id, rank, "suggested") for rank, label_id in enumerate(others, start=3)),
        ("n02084071", 6, "confirmed"),
    ]
    assert again[0] == {**before[1], "rank": 1, "score": pytest.approx(0.6)}
    assert again[1] == {**before[0], "rank": 2, "score": pytest.approx(0.2)}
    assert again[5] == by_hand
    assert await catalog.listed(label=rejected) == []
    [point] = fakes.similarity.points.values()
    assert sorted(point["label_ids"]) == sorted({*DOGS, "n02084071"} - {rejected})


async def test_what_was_said_before_the_model_came_stays(catalog: RunningCatalog, fakes: Fakes) -> None:
    """Labels given by hand to an image that waits: one the model then gives too, and one it does not."""
    terrier, dog = "n02093428", "n02084071"
    image = await catalog.upload(a_picture("red"))
    for label_id in (dog, terrier):
        answer = await catalog.client.put(f"/v1/images/{image['id']}/labels/{label_id}")
    by_hand = {label["id"]: label for label in answer.json()["items"]}
    async with working(catalog, fakes):
        labels = (await catalog.until(image["id"], "ready"))["labels"]
        await catalog.until_idle()
    assert [(label["id"], label["rank"]) for label in labels] == [
        *((label_id, rank) for rank, label_id in enumerate(list(DOGS)[1:], start=2)),
        (dog, 6),
        (terrier, 7),
    ]
    assert labels[-2:] == [{**by_hand[dog], "rank": 6}, {**by_hand[terrier], "rank": 7}]
    [point] = fakes.similarity.points.values()
    assert sorted(point["label_ids"]) == sorted({*DOGS, dog})
