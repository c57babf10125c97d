"""Labels as facts: what a person says of them, what follows from it, and what is refused.

The tests share a catalog and a worker; each is another user, who has one image.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from services.vision.labels import load_taxonomy
from tests.catalog.factories import RunningCatalog, working
from tests.catalog.fakes import DOGS, Fakes, running_fakes
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
DOG, CAT = "n02084071", "n02121620"
BEST, SECOND, *_ = DOGS
NUMBERS = count(100)


@dataclass
class Labelled:
    """One user's only image, which the model called a dog in five ways."""

    catalog: RunningCatalog
    fakes: Fakes
    by: int
    before: dict[str, Any]

    @property
    def client(self) -> httpx.AsyncClient:
        return self.catalog.user(self.by)

    @property
    def owner(self) -> dict[str, Any]:
        return self.before["owner"]

    async def say(self, method: str, label: str, **more: Any) -> httpx.Response:
        return await self.client.request(method, f"/v1/images/{self.before['id']}/labels/{label}", **more)

    async def now(self) -> dict[str, Any]:
        return await self.catalog.image(self.before["id"], by=self.by)

    async def is_found(self, **wanted: Any) -> bool:
        return len(await self.catalog.listed(by=self.by, **wanted)) == 1

    async def told(self) -> list[str]:
        """Give the labels that the similarity service knows in the end."""
        await self.catalog.until_idle()
        return self.fakes.similarity.points[UUID(self.before["id"])]["label_ids"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fakes(shared_catalog: RunningCatalog) -> AsyncIterator[Fakes]:
    async with running_fakes() as fakes, working(shared_catalog, fakes):
        yield fakes


@pytest_asyncio.fixture(loop_scope="module")
async def image(shared_catalog: RunningCatalog, fakes: Fakes) -> Labelled:
    number = next(NUMBERS)
    answer = await shared_catalog.user(number).post(
        "/v1/images", content=a_picture("red"), headers={"content-type": "image/jpeg", "prefer": "wait=20"}
    )
    assert (answer.status_code, answer.json()["state"]) == (201, "ready")
    await shared_catalog.until_idle()
    before = await shared_catalog.image(answer.json()["id"], by=number)
    return Labelled(shared_catalog, fakes, number, before)


async def test_a_verdict_says_whose_it_is_and_since_when(image: Labelled) -> None:
    verdicts = [(BEST, "confirm", "confirmed"), (SECOND, "reject", "rejected")]
    for place, (label_id, action, status) in enumerate(verdicts):
        answer = await image.say("POST", f"{label_id}:{action}")
        assert answer.status_code == 200, answer.text
        label = answer.json()["items"][place]
        assert label == {
            **image.before["labels"][place],
            "status": status,
            "decided_by": image.owner,
            "decided_at": label["decided_at"],
        }
        assert datetime.now(UTC) - datetime.fromisoformat(label["decided_at"]) < timedelta(minutes=1)
    read = await image.client.get(f"/v1/images/{image.before['id']}/labels")
    assert (read.json(), read.headers["etag"]) == (answer.json(), answer.headers["etag"])
    after = await image.now()
    assert after["labels"] == answer.json()["items"]
    assert after["updated_at"] > image.before["updated_at"]


async def test_a_label_by_hand_can_be_one_that_the_model_cannot_give(image: Labelled) -> None:
    answer = await image.say("PUT", CAT)
    *others, added = answer.json()["items"]
    assert (answer.status_code, others) == (200, image.before["labels"])
    assert added == {
        "id": CAT,
        "name": "cat",
        "score": 1.0,
        "rank": 6,
        "source": "user",
        "model": None,
        "trained": None,
        "status": "confirmed",
        "decided_by": image.owner,
        "decided_at": added["decided_at"],
    }
    for query in ({"label": "cat"}, {"label": CAT}, {"label": "feline"}, {"q": "cat"}, {"q": "true cat"}):
        assert await image.is_found(**query), query
    assert not await image.is_found(label="tabby")
    assert not await image.is_found(not_label="feline")
    detail = (await image.client.get("/v1/labels/n02120997")).json()
    assert (detail["name"], detail["count"]) == ("feline", 1)
    terms = (await image.client.get("/v1/labels", params={"prefix": "cat"})).json()["items"]
    assert {"kind": "label", "id": CAT, "name": "cat", "count": 1} in terms


async def test_what_was_rejected_is_found_no_more_until_it_is_taken_back(image: Labelled) -> None:
    for label_id in DOGS:
        await image.say("POST", f"{label_id}:reject")
    for query in ({"label": "dog"}, {"q": "dog"}, {"label": BEST}):
        assert not await image.is_found(**query), query
    assert (await image.client.get(f"/v1/labels/{DOG}")).json()["count"] == 0
    taken_back = await image.say("DELETE", BEST)
    assert taken_back.json()["items"][0] == image.before["labels"][0]
    for query in ({"label": "dog"}, {"q": "dog"}, {"label": BEST}):
        assert await image.is_found(**query), query


async def test_a_label_by_hand_goes_when_it_is_taken_back(image: Labelled) -> None:
    await image.say("PUT", CAT)
    assert await image.is_found(q="cat", label="cat")
    for _ in range(2):  # twice is the same as once
        answer = await image.say("DELETE", CAT)
        assert (answer.status_code, answer.json()["items"]) == (200, image.before["labels"])
    assert not await image.is_found(q="cat")
    assert not await image.is_found(label="cat")


async def test_a_label_by_hand_may_be_rejected_later(image: Labelled) -> None:
    await image.say("PUT", CAT)
    label = (await image.say("POST", f"{CAT}:reject")).json()["items"][-1]
    assert (label["source"], label["status"], await image.is_found(label="cat")) == ("user", "rejected", False)
    label = (await image.say("PUT", CAT)).json()["items"][-1]
    assert (label["source"], label["status"], await image.is_found(label="cat")) == ("user", "confirmed", True)


async def test_adding_what_the_model_gave_confirms_it(image: Labelled) -> None:
    label = (await image.say("PUT", SECOND)).json()["items"][1]
    assert label == {
        **image.before["labels"][1],
        "status": "confirmed",
        "decided_by": image.owner,
        "decided_at": label["decided_at"],
    }


@pytest.mark.parametrize(("method", "what"), [("POST", f"{BEST}:confirm"), ("POST", f"{BEST}:reject"), ("PUT", DOG)])
async def test_saying_it_twice_changes_nothing(image: Labelled, method: str, what: str) -> None:
    first = await image.say(method, what)
    before, told, calls = await image.now(), await image.told(), len(image.fakes.similarity.calls)
    second = await image.say(method, what)
    assert (second.json(), await image.now(), await image.told()) == (first.json(), before, told)
    assert len(image.fakes.similarity.calls) == calls


async def test_the_similarity_service_is_told_every_time(image: Labelled) -> None:
    steps: list[tuple[str, str, set[str]]] = [
        ("PUT", CAT, {*DOGS, CAT}),
        ("POST", f"{BEST}:reject", {*DOGS, CAT} - {BEST}),
        ("DELETE", CAT, {*DOGS} - {BEST}),
        ("DELETE", BEST, {*DOGS}),
    ]
    asked = image.fakes.classifier.asked
    for method, what, told in steps:
        await image.say(method, what)
        assert await image.told() == sorted(told)
    assert image.fakes.classifier.asked == asked


async def test_if_match_guards_verdicts(image: Labelled) -> None:
    read = (await image.client.get(f"/v1/images/{image.before['id']}/labels")).headers["etag"]
    first = await image.say("POST", f"{BEST}:confirm", headers={"if-match": read})
    assert first.status_code == 200
    for method, what in (("POST", f"{BEST}:reject"), ("POST", f"{SECOND}:confirm"), ("PUT", DOG), ("DELETE", BEST)):
        stale = await image.say(method, what, headers={"if-match": read})
        assert_problem(stale, 412, "precondition_failed")
    assert (await image.now())["labels"] == first.json()["items"]
    again = await image.say("DELETE", BEST, headers={"if-match": first.headers["etag"]})
    assert (again.status_code, again.json()["items"]) == (200, image.before["labels"])


@pytest.mark.parametrize("action", ["confirm", "reject"])
async def test_a_verdict_needs_a_label_that_the_image_has(image: Labelled, action: str) -> None:
    problem = assert_problem(await image.say("POST", f"{CAT}:{action}"), 404, "label_not_on_image")
    assert f"'cat' ({CAT})" in problem["detail"]
    assert "PUT" in problem["detail"]
    assert await image.now() == image.before


@pytest.mark.parametrize(
    ("method", "what"),
    [("PUT", "dog"), ("PUT", "n00000000"), ("PUT", "N02084071"), ("PUT", "%00"), ("DELETE", "n00000000"),
     ("POST", "dog:confirm"), ("POST", "n00000000:reject"), ("PUT", f"{DOG}:reject")],
)  # fmt: skip
async def test_there_is_no_such_label_to_give(image: Labelled, method: str, what: str) -> None:
    problem = assert_problem(await image.say(method, what), 404, "not_found")
    assert "GET /v1/labels?prefix=" in problem["detail"]
    assert await image.now() == image.before


async def test_verdicts_on_one_image_are_bounded(image: Labelled) -> None:
    """Through the database, for a hundred requests would take their time."""
    ids = [label.id for label in load_taxonomy().classes[:100]]
    await image.catalog.rows(
        "INSERT INTO image_labels (image_id, label_id, score, rank, source, status, decided_by, decided_at) "
        "SELECT :i, unnest(CAST(:l AS text[])), 1, 1, 'user', 'confirmed', :o, now()",
        i=image.before["id"],
        l=ids,
        o=image.owner["id"],
    )
    for refused in (await image.say("PUT", DOG), await image.say("POST", f"{BEST}:reject")):
        assert_problem(refused, 422, "too_many_labels")
    assert (await image.say("POST", f"{ids[0]}:reject")).status_code == 200
    assert (await image.say("DELETE", ids[0])).status_code == 200
    assert (await image.say("PUT", DOG)).status_code == 200


@pytest.mark.parametrize(("form", "media_type"), [("svg", "image/svg+xml"), ("png", "image/png")])
async def test_a_chart_shows_the_best_labels_that_nobody_rejected(image: Labelled, form: str, media_type: str) -> None:
    path = f"/v1/images/{image.before['id']}/labels.{form}"
    answer = await image.client.get(path, params={"top": 2})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    best, second, third, *_ = (label["name"] for label in image.before["labels"])
    if form == "svg":
        assert [name in answer.text for name in (best, second, third)] == [True, True, False]
    same = await image.client.get(path, params={"top": 2}, headers={"if-none-match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    await image.say("POST", f"{BEST}:reject")
    after = await image.client.get(path, params={"top": 2})
    assert after.headers["etag"] != answer.headers["etag"]
    if form == "svg":
        assert [name in after.text for name in (best, second, third)] == [False, True, True]
    assert (await image.catalog.user(99).get(path)).status_code == 404
    assert_problem(await image.client.get(path, params={"top": 21}), 422, "validation_failed")
