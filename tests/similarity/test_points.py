"""The native interface: points in, neighbours out, for other services."""

import asyncio
from base64 import b64encode
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from services.kit.testing.apps import a_user
from tests.similarity.stage import OWNER, Stage, point

OTHER = a_user(2)
X, Y = np.array([1, 0, 0, 0], np.float32), np.array([0, 1, 0, 0], np.float32)


async def found(stage: Stage, vector: np.ndarray = X, **body: Any) -> list[int]:
    query = {"vector": b64encode(vector.astype("<f4").tobytes()).decode(), "viewer_id": str(OWNER.identity), **body}
    answer = await stage.service.post("/points:query", json=query)
    assert answer.status_code == 200, answer.text
    return [UUID(hit["image_id"]).int for hit in answer.json()["items"]]


async def put(stage: Stage, number: int, vector: np.ndarray = X, **fields: Any) -> int:
    answer = await stage.service.put(f"/points/{UUID(int=number)}", json=point(vector, **fields))
    return answer.status_code


async def test_a_point_is_stored_changed_and_forgotten_as_often_as_one_likes(stage: Stage) -> None:
    for _ in range(2):
        assert await put(stage, 1, X, owner=OTHER) == 204
        assert await put(stage, 2, Y) == 204
    assert await found(stage) == [2]
    for _ in range(2):
        changed = await stage.service.patch(f"/points/{UUID(int=1)}", json={"public": True, "label_ids": ["n1"]})
        assert changed.status_code == 204
    assert await found(stage) == [1, 2]
    assert await found(stage, filter={"label_groups": [["n1", "n2"]]}) == [1]
    for _ in range(2):
        assert (await stage.service.delete(f"/points/{UUID(int=1)}")).status_code == 204
    assert await found(stage) == [2]
    assert (await stage.service.patch(f"/points/{UUID(int=9)}", json={"public": True})).status_code == 204


async def test_a_new_space_is_made_once_by_many_at_once(stage: Stage) -> None:
    statuses = await asyncio.gather(*(put(stage, number) for number in range(1, 21)))
    assert set(statuses) == {204}
    [space] = (await stage.service.get("/internal/spaces")).json()["items"]
    assert space == {
        "id": "fake_net-0123456789ab",
        "dimension": 4,
        "trained": True,
        "points": 20,
        "active": True,
        "modes": ["exact"],
        "centred_on": 0,
        "created_at": space["created_at"],
    }


async def test_spaces_say_which_one_answers(stage: Stage) -> None:
    await put(stage, 1)
    body = {**point(Y, space="other-000000000000"), "trained": False}
    assert (await stage.service.put(f"/points/{UUID(int=1)}", json=body)).status_code == 204
    spaces = (await stage.service.get("/internal/spaces")).json()["items"]
    assert [(space["id"], space["active"], space["trained"]) for space in spaces] == [
        ("other-000000000000", False, False),
        ("fake_net-0123456789ab", True, True),
    ]
    assert await found(stage, space="other-000000000000") == [1]


async def test_filters_of_the_native_query(stage: Stage) -> None:
    for number in range(1, 6):
        await put(stage, number, np.array([1, number / 10, 0, 0], np.float32), owner=OTHER if number == 5 else OWNER)
    assert await found(stage) == [1, 2, 3, 4]
    assert await found(stage, limit=2) == [1, 2]
    assert await found(stage, filter={"exclude": [str(UUID(int=1))]}) == [2, 3, 4]
    assert await found(stage, filter={"only": [str(UUID(int=4)), str(UUID(int=5))]}) == [4]
    assert await found(stage, filter={"owner_id": str(OTHER.identity)}) == []
    assert await found(stage, viewer_id=str(OTHER.identity)) == [5]


async def test_a_stored_image_instead_of_a_vector(stage: Stage) -> None:
    for number in (1, 2):
        await put(stage, number, np.array([1, number / 10, 0, 0], np.float32))
    await put(stage, 3, owner=OTHER)
    for asker, body in ((stage.service, {"viewer_id": str(OWNER.identity)}), (stage.client, {})):
        answer = await asker.post("/points:query", json={"image_id": str(UUID(int=1)), **body})
        assert [hit["image_id"] for hit in answer.json()["items"]] == [str(UUID(int=2))]
        hidden = await asker.post("/points:query", json={"image_id": str(UUID(int=3)), **body})
        assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_point")


async def test_who_may_ask_for_whom(stage: Stage) -> None:
    await put(stage, 1)
    vector = point(X)["vector"]
    assert (await stage.service.post("/points:query", json={"vector": vector})).status_code == 422
    as_other = {"vector": vector, "viewer_id": str(OTHER.identity)}
    assert (await stage.client.post("/points:query", json=as_other)).status_code == 403
    assert (await stage.client.post("/points:query", json={"vector": vector})).status_code == 200


async def test_only_services_write(stage: Stage) -> None:
    path = f"/points/{UUID(int=1)}"
    assert (await stage.client.put(path, json=point(X))).status_code == 403
    assert (await stage.client.patch(path, json={"public": True})).status_code == 403
    assert (await stage.client.delete(path)).status_code == 403
    assert (await stage.client.get("/internal/spaces")).status_code == 403
    assert (await stage.service.get("/internal/spaces")).json()["items"] == []


REFUSED = [
    (np.zeros(4, np.float32), "invalid_vector"),
    (np.array([np.nan, 1, 0, 0], np.float32), "invalid_vector"),
    (np.array([np.inf, 1, 0, 0], np.float32), "invalid_vector"),
    (np.ones(5, np.float32), "wrong_dimension"),
    (np.ones(4001, np.float32), "validation_failed"),
    (np.ones(0, np.float32), "validation_failed"),
]


async def test_vectors_that_cannot_be_are_refused(stage: Stage, subtests: pytest.Subtests) -> None:
    await put(stage, 1)
    for vector, code in REFUSED:
        with subtests.test(vector=vector[:4], components=len(vector)):
            answer = await stage.service.put(f"/points/{UUID(int=2)}", json=point(vector))
            assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await found(stage) == [1]


async def test_a_broken_first_vector_makes_no_space(stage: Stage) -> None:
    for vector in (np.zeros(4, np.float32), np.array([np.nan, 1], np.float32)):
        assert await put(stage, 1, vector) == 422
    assert (await stage.service.get("/internal/spaces")).json()["items"] == []


MISFITS: list[dict[str, Any]] = [
    {"space": "no spaces"},
    {"space": ""},
    {"vector": "?"},
    {"vector": "AAAA"},
    {"owner_id": "x"},
    {"extra": 1},
]


async def test_bodies_that_do_not_fit_are_refused(stage: Stage, subtests: pytest.Subtests) -> None:
    for change in MISFITS:
        with subtests.test(change=change):
            answer = await stage.service.put(f"/points/{UUID(int=1)}", json={**point(X), **change})
            assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


async def test_an_unknown_space_is_not_found(stage: Stage) -> None:
    body = {"vector": point(X)["vector"], "viewer_id": str(OWNER.identity)}
    empty = await stage.service.post("/points:query", json=body)
    assert (empty.status_code, empty.json()["code"]) == (409, "nothing_embedded")
    unknown = await stage.service.post("/points:query", json={**body, "space": "nowhere"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_space")
