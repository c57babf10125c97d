"""A second model beside the first: its space is filled, compared, promoted; the first is dropped. Searches go on."""

from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.stack import eventually, running_stack, send
from tests.photographs import drawn
from tests.vision.package_cache import second_untrained_package, untrained_package

COUNT = 12


def spaces(client: httpx.Client) -> dict[str, dict[str, Any]]:
    return {space["id"]: space for space in client.get("/v1/spaces").raise_for_status().json()["items"]}


def similar(client: httpx.Client, image_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/v1/images/{image_id}/similar").raise_for_status().json()
    return answer


def reprocessed(client: httpx.Client, model: str) -> dict[str, Any]:
    answer = client.post("/v1/images:reprocess", json={"model": model})
    assert answer.status_code == 202, answer.text
    operation: dict[str, Any] = eventually(
        lambda: client.get(answer.headers["location"]).json(), lambda found: found["state"] != "running"
    )
    return operation


def test_a_second_model_takes_over(tmp_path: Path) -> None:
    weights = {
        "PICTOR_WEIGHTS": str(untrained_package()),
        "PICTOR_CANDIDATE_PACKAGE": str(second_untrained_package()),
        "PICTOR_ENGINE": "openvino",
    }
    with running_stack(tmp_path / "data", **weights) as stack, stack.client() as client:
        ids = [send(client, drawn(seed))["id"] for seed in range(COUNT)]
        [first] = spaces(client)
        assert similar(client, ids[0])["space"] == first

        operation = reprocessed(client, "candidate")
        assert (operation["state"], operation["progress"]) == (
            "succeeded",
            {"done": COUNT, "failed": 0, "total": COUNT},
        )
        second = operation["parameters"]["space"]
        ids.append(send(client, drawn(COUNT))["id"])
        eventually(lambda: spaces(client)[second]["coverage"], lambda coverage: coverage == 1.0)
        assert {space: one["active"] for space, one in spaces(client).items()} == {first: True, second: False}
        compared = client.post("/v1/spaces:compare", json={"a": first, "b": second, "sample": 200}).json()
        assert (compared["sampled"], compared["compared"]) == (COUNT + 1, COUNT + 1)
        assert 0 < compared["overlap"]["mean"] <= 1
        assert similar(client, ids[0])["space"] == first

        assert client.delete(f"/v1/spaces/{first}").json()["code"] == "space_active"
        assert client.post(f"/v1/spaces/{second}:promote").raise_for_status().json()["active"] is True
        assert similar(client, ids[0])["space"] == second
        by_picture = eventually(lambda: by_example(client), lambda answer: answer["space"] == second)
        assert by_picture["items"][0]["image"]["id"] == ids[0]
        fresh = count(100)  # the worker hears of the promotion within 2 s: until then the first model labels
        later = eventually(lambda: send(client, drawn(next(fresh))), lambda image: labelled_by(image) == second)
        assert similar(client, later["id"])["space"] == second
        assert eventually(lambda: spaces(client)[second]["coverage"], lambda coverage: coverage == 1.0) == 1.0

        assert client.delete(f"/v1/spaces/{first}").status_code == 204
        assert list(spaces(client)) == [second]
        with stack.stranger("mallory") as mallory:
            assert mallory.post("/v1/images:reprocess", json={"model": "active"}).status_code == 403
            assert mallory.post(f"/v1/spaces/{second}:promote").status_code == 403
            assert mallory.get("/v1/operations").json()["items"] == []


def by_example(client: httpx.Client) -> dict[str, Any]:
    answer = client.post("/v1/search/similar:picture", content=drawn(0), headers={"content-type": "image/jpeg"})
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def labelled_by(image: dict[str, Any]) -> str:
    return str(image["labels"][0]["model"]) if image["labels"] else ""
