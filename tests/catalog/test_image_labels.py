"""Labels as facts: what a person says of them, what follows from it, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.vision.labels import load_taxonomy
from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import DOGS, Fakes
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

DOG, TERRIER, CAT = "n02084071", "n02093428", "n02121620"
BEST, SECOND, *_ = DOGS


async def a_labelled_image(catalog: RunningCatalog, fakes: Fakes) -> dict[str, Any]:
    image = await catalog.upload(a_picture("red"), title="Rex")
    async with working(catalog, fakes):
        labelled = await catalog.until(image["id"], "ready")
        await catalog.until_idle()
    return labelled


async def say(catalog: RunningCatalog, image: dict[str, Any], method: str, label: str, **more: Any) -> httpx.Response:
    return await catalog.client.request(method, f"/v1/images/{image['id']}/labels/{label}", **more)


async def test_a_verdict_says_whose_it_is_and_since_when(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await a_labelled_image(catalog, fakes)
    verdicts = [(BEST, "confirm", "confirmed"), (SECOND, "reject", "rejected")]
    for place, (label_id, action, status) in enumerate(verdicts):
        answer = await say(catalog, image, "POST", f"{label_id}:{action}")
        assert answer.status_code == 200, answer.text
        label = answer.json()["items"][place]
        decided = {"decided_by": {"id": image["owner"]["id"], "name": "ada"}, "decided_at": label["decided_at"]}
        assert label == {**image["labels"][place], "status": status, **decided}
        assert datetime.now(UTC) - datetime.fromisoformat(label["decided_at"]) < timedelta(minutes=1)
    read = await catalog.client.get(f"/v1/images/{image['id']}/labels")
    assert (read.json(), read.headers["etag"]) == (answer.json(), answer.headers["etag"])
    after = await catalog.image(image["id"])
    assert after["labels"] == answer.json()["items"]
    assert after["updated_at"] > image["updated_at"]


async def test_a_label_by_hand_can_be_one_that_the_model_cannot_give(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await a_labelled_image(catalog, fakes)
    answer = await say(catalog, image, "PUT", CAT)
    *others, added = answer.json()["items"]
    assert (answer.status_code, others) == (200, image["labels"])
    assert added == {
        "id": CAT,
        "name": "cat",
        "score": 1.0,
        "rank": 6,
        "source": "user",
        "model": None,
        "trained": None,
        "status": "confirmed",
        "decided_by": {"id": image["owner"]["id"], "name": "ada"},
        "decided_at": added["decided_at"],
    }
    for query in ({"label": "cat"}, {"label": CAT}, {"label": "feline"}, {"q": "cat"}, {"q": "true cat"}):
        assert [found["id"] for found in await catalog.listed(**query)] == [image["id"]], query
    assert await catalog.listed(label="tabby") == []
    assert await catalog.listed(not_label="feline") == []
    detail = (await catalog.client.get("/v1/labels/n02120997")).json()
    assert (detail["name"], detail["count"]) == ("feline", 1)
    terms = (await catalog.client.get("/v1/labels", params={"prefix": "cat"})).json()["items"]
    assert {"kind": "label", "id": CAT, "name": "cat", "count": 1} in terms


async def test_what_was_rejected_is_found_no_more_until_it_is_taken_back(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await a_labelled_image(catalog, fakes)
    for label_id in DOGS:
        await say(catalog, image, "POST", f"{label_id}:reject")
    for query in ({"label": "dog"}, {"q": "dog"}, {"label": BEST}):
        assert await catalog.listed(**query) == []
    assert (await catalog.client.get(f"/v1/labels/{DOG}")).json()["count"] == 0
    taken_back = await say(catalog, image, "DELETE", BEST)
    assert taken_back.json()["items"][0] == image["labels"][0]
    for query in ({"label": "dog"}, {"q": "dog"}, {"label": BEST}):
        assert [found["id"] for found in await catalog.listed(**query)] == [image["id"]]


async def test_a_label_by_hand_goes_when_it_is_taken_back(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    await say(catalog, image, "PUT", DOG)
    assert [found["id"] for found in await catalog.listed(q="dog", label="dog")] == [image["id"]]
    for _ in range(2):  # twice is the same as once
        answer = await say(catalog, image, "DELETE", DOG)
        assert (answer.status_code, answer.json()) == (200, {"items": []})
    assert await catalog.listed(q="dog") == await catalog.listed(label="dog") == []


async def test_a_label_by_hand_may_be_rejected_later(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    await say(catalog, image, "PUT", DOG)
    [label] = (await say(catalog, image, "POST", f"{DOG}:reject")).json()["items"]
    assert (label["source"], label["status"], await catalog.listed(label="dog")) == ("user", "rejected", [])
    [label] = (await say(catalog, image, "PUT", DOG)).json()["items"]
    assert (label["source"], label["status"], len(await catalog.listed(label="dog"))) == ("user", "confirmed", 1)


async def test_adding_what_the_model_gave_confirms_it(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await a_labelled_image(catalog, fakes)
    label = (await say(catalog, image, "PUT", SECOND)).json()["items"][1]
    assert {name: label[name] for name in ("source", "score", "status")} == {
        "source": "model",
        "score": image["labels"][1]["score"],
        "status": "confirmed",
    }


@pytest.mark.parametrize(("method", "what"), [("POST", f"{BEST}:confirm"), ("POST", f"{BEST}:reject"), ("PUT", DOG)])
async def test_saying_it_twice_changes_nothing(catalog: RunningCatalog, fakes: Fakes, method: str, what: str) -> None:
    image = await a_labelled_image(catalog, fakes)
    first = await say(catalog, image, method, what)
    before = await catalog.image(image["id"])
    jobs = await catalog.rows("SELECT id FROM jobs")
    second = await say(catalog, image, method, what)
    assert (second.json(), await catalog.image(image["id"])) == (first.json(), before)
    assert await catalog.rows("SELECT id FROM jobs") == jobs


async def test_the_similarity_service_is_told_every_time(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await a_labelled_image(catalog, fakes)
    [point] = fakes.similarity.points.values()
    steps: list[tuple[str, str, set[str]]] = [
        ("PUT", CAT, {*DOGS, CAT}),
        ("POST", f"{BEST}:reject", {*DOGS, CAT} - {BEST}),
        ("DELETE", CAT, {*DOGS} - {BEST}),
        ("DELETE", BEST, {*DOGS}),
    ]
    for method, what, told in steps:
        await say(catalog, image, method, what)
        async with working(catalog, fakes):
            await catalog.until_idle()
        assert point["label_ids"] == sorted(told)
    assert fakes.classifier.asked == 1


async def test_if_match_guards_verdicts(catalog: RunningCatalog, fakes: Fakes) -> None:
    image = await a_labelled_image(catalog, fakes)
    read = (await catalog.client.get(f"/v1/images/{image['id']}/labels")).headers["etag"]
    first = await say(catalog, image, "POST", f"{BEST}:confirm", headers={"if-match": read})
    assert first.status_code == 200
    for method, what in (("POST", f"{BEST}:reject"), ("POST", f"{SECOND}:confirm"), ("PUT", DOG), ("DELETE", BEST)):
        stale = await say(catalog, image, method, what, headers={"if-match": read})
        assert_problem(stale, 412, "precondition_failed")
    assert (await catalog.image(image["id"]))["labels"] == first.json()["items"]
    again = await say(catalog, image, "DELETE", BEST, headers={"if-match": first.headers["etag"]})
    assert (again.status_code, again.json()["items"]) == (200, image["labels"])


@pytest.mark.parametrize("action", ["confirm", "reject"])
async def test_a_verdict_needs_a_label_that_the_image_has(catalog: RunningCatalog, action: str) -> None:
    image = await catalog.upload()
    problem = assert_problem(await say(catalog, image, "POST", f"{TERRIER}:{action}"), 404, "label_not_on_image")
    assert "'American Staffordshire terrier' (n02093428)" in problem["detail"]
    assert "PUT" in problem["detail"]
    assert await catalog.image(image["id"]) == image


@pytest.mark.parametrize(
    ("method", "what"),
    [("PUT", "dog"), ("PUT", "n00000000"), ("PUT", "N02084071"), ("PUT", "%00"), ("DELETE", "n00000000"),
     ("POST", "dog:confirm"), ("POST", "n00000000:reject"), ("PUT", f"{DOG}:reject"[:16])],
)  # fmt: skip
async def test_there_is_no_such_label_to_give(catalog: RunningCatalog, method: str, what: str) -> None:
    image = await catalog.upload()
    problem = assert_problem(await say(catalog, image, method, what), 404, "not_found")
    assert "GET /v1/labels?prefix=" in problem["detail"]
    assert await catalog.image(image["id"]) == image


async def test_verdicts_on_one_image_are_bounded(catalog: RunningCatalog) -> None:
    """Through the database, for a hundred requests would take their time."""
    image = await catalog.upload()
    ids = [label.id for label in load_taxonomy().classes[:100]]
    await catalog.rows(
        "INSERT INTO image_labels (image_id, label_id, score, rank, source, status, decided_by, decided_at) "
        "SELECT :i, unnest(CAST(:l AS text[])), 1, 1, 'user', 'confirmed', :o, now()",
        i=image["id"],
        l=ids,
        o=image["owner"]["id"],
    )
    assert_problem(await say(catalog, image, "PUT", DOG), 422, "too_many_labels")
    assert (await say(catalog, image, "POST", f"{ids[0]}:reject")).status_code == 200
    assert (await say(catalog, image, "DELETE", ids[0])).status_code == 200
    assert (await say(catalog, image, "PUT", DOG)).status_code == 200
