"""GET /v1/images/{image_id}/similar."""

import asyncio
from uuid import UUID

import numpy as np
import pytest

from services.kit.testing.apps import a_user
from tests.photographs import cropped, drawn, half_size
from tests.similarity.fakes import SPACE
from tests.similarity.stage import Stage, ids, staged

OTHER = a_user(2)
DOG, TERRIER, CAT = "n02084071", "n02093428", "n02123045"


def towards(number: int, *, off: float = 0.0, dimension: int = 16) -> np.ndarray:
    """A vector near an axis; `off` turns it towards the next."""
    vector = np.zeros(dimension, np.float32)
    vector[number], vector[(number + 1) % dimension] = 1.0, off
    return vector


async def test_copies_come_first_and_the_image_itself_not_at_all(stage: Stage) -> None:
    picture = drawn(3)
    asked = await stage.keep(picture)
    same = await stage.keep(picture)
    smaller = await stage.keep(half_size(picture))
    part = await stage.keep(cropped(picture, part=0.9))
    others = [await stage.keep(drawn(seed)) for seed in range(4, 8)]
    answer = await stage.similar(asked)
    assert ids(answer)[:3] == [same, smaller, part]
    assert set(ids(answer)[3:]) == set(others)
    assert [hit["band"] for hit in answer["items"]][:2] == ["exact", "near_duplicate"]
    assert {hit["band"] for hit in answer["items"][3:]} == {"similar"}
    scores = [hit["score"] for hit in answer["items"]]
    assert scores == sorted(scores, reverse=True)
    assert answer["items"][1] == {
        "image": stage.catalog.images[smaller].json(),
        "score": scores[1],
        "distance": 1 - scores[1],
        "band": "near_duplicate",
        "collapsed": 0,
    }
    assert {name: value for name, value in answer.items() if name != "items"} == {
        "space": SPACE,
        "trained": True,
        "mode": "exact",
        "coverage": 1.0,
        "recall_probe": None,
    }


async def test_limit_min_score_and_order(stage: Stage) -> None:
    asked = await stage.put(towards(0))
    near = [await stage.put(towards(0, off=0.1 * step)) for step in range(1, 6)]
    assert ids(await stage.similar(asked, limit=3)) == near[:3]
    assert ids(await stage.similar(asked, min_score=0.95)) == near[:3]
    assert ids(await stage.similar(asked, limit=1000)) == near


async def test_twelve_hits_by_default_and_ties_by_id(stage: Stage) -> None:
    numbers = [7, 3, 15, 1, 9, 2, 14, 6, 11, 4, 13, 8, 5, 10, 12]
    for number in numbers:
        await stage.put(towards(0), image_id=UUID(int=number))
    assert ids(await stage.similar(UUID(int=1))) == [UUID(int=number) for number in range(2, 14)]


async def test_one_sees_public_and_own_images_only(stage: Stage) -> None:
    asked = await stage.put(towards(0))
    own = await stage.put(towards(0, off=0.1))
    await stage.put(towards(0, off=0.2), owner=OTHER)
    shared = await stage.put(towards(0, off=0.3), owner=OTHER, public=True)
    answer = await stage.similar(asked)
    assert ids(answer) == [own, shared]
    assert answer["coverage"] == 1.0
    other = stage.speaking_as(OTHER)
    assert (await other.get(f"/v1/images/{asked}/similar")).status_code == 404


async def test_filters(stage: Stage) -> None:
    asked = await stage.put(towards(0))
    terrier = await stage.put(towards(0, off=0.1), labels=(TERRIER,))
    cat = await stage.put(towards(0, off=0.2), labels=(CAT,), owner=OTHER, public=True)
    both = await stage.put(towards(0, off=0.3), labels=(CAT, TERRIER))
    assert ids(await stage.similar(asked, label="dog")) == [terrier, both]
    assert ids(await stage.similar(asked, label=DOG)) == [terrier, both]
    assert ids(await stage.similar(asked, label=["dog", "tabby"])) == [both]
    assert ids(await stage.similar(asked, any_label=["dog", "tabby"])) == [terrier, cat, both]
    assert ids(await stage.similar(asked, not_label="dog")) == [cat]
    assert ids(await stage.similar(asked, label="dog", not_label="tabby")) == [terrier]
    assert ids(await stage.similar(asked, not_label=["shark", "dog", "tabby"])) == []
    assert ids(await stage.similar(asked, owner=str(OTHER.identity))) == [cat]
    assert ids(await stage.similar(asked, owner="me")) == [terrier, both]
    assert ids(await stage.similar(asked, label="shark")) == []


SENSELESS = [
    ({"label": "no such thing"}, "/query/label", "unknown_label"),
    ({"any_label": "no such thing"}, "/query/any_label", "unknown_label"),
    ({"not_label": "no such thing"}, "/query/not_label", "unknown_label"),
    ({"limit": 0}, "/query/limit", "greater_than_equal"),
    ({"min_score": 2}, "/query/min_score", "less_than_equal"),
    ({"mode": "magic"}, "/query/mode", "enum"),
]


async def test_options_without_sense_are_refused(stage: Stage, subtests: pytest.Subtests) -> None:
    asked = await stage.put(towards(0))
    for params, pointer, code in SENSELESS:
        with subtests.test(params=params):
            answer = await stage.client.get(f"/v1/images/{asked}/similar", params=params)
            assert answer.status_code == 422
            assert answer.headers["content-type"] == "application/problem+json"
            assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


async def test_there_are_k_hits_when_many_points_are_stale(stage: Stage) -> None:
    """The catalog has deleted or hidden most of the nearest, and the points do not know it yet."""
    asked = await stage.put(towards(0))
    images = [await stage.put(towards(0, off=0.01 * step)) for step in range(1, 60)]
    for image_id in images[:50]:
        del stage.catalog.images[image_id]
    assert ids(await stage.similar(asked, limit=5)) == images[50:55]
    assert ids(await stage.similar(asked, limit=12)) == images[50:]


async def test_a_point_that_does_not_know_yet_that_it_is_public_is_asked_with_all_the_same(stage: Stage) -> None:
    """The catalog has the last word: its image is public a moment before its point is."""
    asked = await stage.put(towards(0), owner=OTHER)
    near = await stage.put(towards(0, off=0.1))
    stage.catalog.images[asked].public = True
    assert ids(await stage.similar(asked)) == [near]


async def test_an_unknown_or_foreign_image_is_not_found(stage: Stage) -> None:
    foreign = await stage.put(towards(0), owner=OTHER)
    for image_id in (foreign, UUID(int=5)):
        answer = await stage.client.get(f"/v1/images/{image_id}/similar")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


WAITING = [
    ("processing", None, "3", "try again"),
    ("deferred", "There is no model package.", "15", "There is no model package."),
    ("failed", "It is broken.", "60", "processed again"),
    ("ready", None, "60", "present model"),
]


async def test_an_image_without_a_vector_says_so(stage: Stage, subtests: pytest.Subtests) -> None:
    await stage.put(towards(0))
    waiting = await stage.put(towards(1))
    await stage.service.delete(f"/points/{waiting}")
    image = stage.catalog.images[waiting]
    for state, reason, again, words in WAITING:
        with subtests.test(state=state):
            image.state, image.state_reason = state, reason
            answer = await stage.client.get(f"/v1/images/{waiting}/similar")
            assert (answer.status_code, answer.json()["code"]) == (409, "not_embedded_yet")
            assert answer.headers["retry-after"] == again
            assert words in answer.json()["detail"]


async def test_without_any_vector_the_model_tells_what_to_do(stage: Stage) -> None:
    waiting = await stage.put(towards(1))
    await stage.service.delete(f"/points/{waiting}")
    assert (await stage.client.get(f"/v1/images/{waiting}/similar")).json()["code"] == "not_embedded_yet"


async def test_without_any_vector_and_model_it_is_the_model_that_is_missing(stage: Stage) -> None:
    stage.classifier.state = "missing"
    waiting = await stage.put(towards(1))
    await stage.service.delete(f"/points/{waiting}")
    answer = await stage.client.get(f"/v1/images/{waiting}/similar")
    assert (answer.status_code, answer.json()["code"]) == (503, "model_missing")
    assert answer.headers["retry-after"] == "15"
    assert "Put one there" in answer.json()["detail"]


async def test_a_refused_model_is_not_explained_to_the_public(stage: Stage) -> None:
    stage.classifier.state = "broken"
    waiting = await stage.put(towards(1))
    await stage.service.delete(f"/points/{waiting}")
    answer = await stage.client.get(f"/v1/images/{waiting}/similar")
    assert (answer.status_code, answer.json()["code"]) == (503, "model_not_ready")
    assert "secret" not in answer.text


async def test_a_search_by_id_needs_no_model(stage: Stage) -> None:
    asked = await stage.put(towards(0))
    near = await stage.put(towards(0, off=0.1))
    stage.classifier.state = "missing"
    assert ids(await stage.similar(asked)) == [near]


async def test_a_search_by_id_needs_no_classifier_and_an_upload_says_it_is_away(url: str) -> None:
    async with staged(url, classifier_url="http://127.0.0.1:9") as stage:
        asked = await stage.put(towards(0))
        near = await stage.put(towards(0, off=0.1))
        answer = await stage.similar(asked)
        assert (ids(answer), answer["trained"]) == ([near], None)
        headers = {"content-type": "image/jpeg"}
        refused = await stage.client.post("/v1/search/similar:picture", content=drawn(1), headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")


async def test_the_present_models_space_answers_once_it_has_points(stage: Stage) -> None:
    asked = await stage.put(towards(0))
    near = await stage.put(towards(0, off=0.1))
    await stage.put(towards(3, dimension=8), image_id=near, space="other-000000000000")
    assert (await stage.similar(asked))["space"] == SPACE
    assert stage.classifier.reports == 1
    stage.classifier.space = "other-000000000000"
    stage.app.state.search._examples._spaces.look_again()  # as if 5 s had passed
    answer = await stage.client.get(f"/v1/images/{asked}/similar")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_embedded_yet")
    stage.classifier.space = "empty-000000000000"
    stage.app.state.search._examples._spaces.look_again()
    assert (await stage.similar(near))["space"] == "other-000000000000"


async def test_coverage_counts_what_one_may_see(stage: Stage) -> None:
    asked = await stage.put(towards(0))
    for step in (1, 2):
        await stage.put(towards(step))
    gone = await stage.put(towards(3))
    await stage.put(towards(4), owner=OTHER)
    await stage.service.delete(f"/points/{gone}")
    assert (await stage.similar(asked))["coverage"] == pytest.approx(3 / 4)


async def test_a_recall_probe_compares_with_the_exact_search(url: str) -> None:
    async with staged(url, index_exact_rows=50, index_check_s=0.2, index_cosine=True) as stage:
        random = np.random.default_rng(0)
        asked = await stage.put(random.random(64, dtype=np.float32))
        for _ in range(120):
            await stage.put(random.random(64, dtype=np.float32))
        modes = await built_modes(stage)
        assert modes == ["exact", "hnsw", "two_stage"]
        for mode in ("two_stage", "hnsw"):
            answer = await stage.similar(asked, mode=mode, limit=10, recall_probe=True)
            assert answer["mode"] == mode
            assert 0.9 <= answer["recall_probe"]["recall"] <= 1
            assert answer["recall_probe"]["search_ms"] > 0
            assert answer["recall_probe"]["exact_ms"] > 0
            assert len(answer["items"]) == 10


async def built_modes(stage: Stage) -> list[str]:
    """Wait until the background has built what is due."""
    for _ in range(200):
        [space] = (await stage.service.get("/internal/spaces")).json()["items"]
        if len(space["modes"]) > 2:
            break
        await asyncio.sleep(0.05)
    return space["modes"]


async def test_services_do_not_search_for_themselves(stage: Stage) -> None:
    asked = await stage.put(towards(0), public=True)
    assert (await stage.service.get(f"/v1/images/{asked}/similar")).status_code == 403


async def test_a_catalog_that_is_away_is_said_so(url: str) -> None:
    async with staged(url, catalog_url="http://127.0.0.1:9") as stage:
        asked = await stage.put(towards(0))
        answer = await stage.client.get(f"/v1/images/{asked}/similar")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
