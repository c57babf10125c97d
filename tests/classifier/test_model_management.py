"""Repository index and statistics by hand, with and without a model."""

import pytest

from services.classifier.config import Settings
from services.classifier.main import create_app
from services.kit.testing.apps import TEST_SECRET, client_of, running


@pytest.mark.parametrize("body", [b"", b"{}", b'{"ready": true}', b'{"ready": false}', b'{"other": 1}'])
def test_the_index_is_one_model(service, body):
    answer = service.post("/v2/repository/index", content=body)

    assert answer.status_code == 200
    [model] = answer.json()
    assert (model["name"], model["state"], model["reason"]) == ("inception_v3", "READY", "")


@pytest.mark.parametrize("body", [b"[]", b"x", b'{"ready": 1}', b'{"ready": "yes"}', b"[" * 100_000, b"\xff"])
def test_an_index_request_that_does_not_fit_is_refused(service, body):
    answer = service.post("/v2/repository/index", content=body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_inference_request")
    assert answer.json()["error"] == answer.json()["detail"]


async def test_without_a_model_there_is_nothing_to_list(tmp_path):
    app = create_app(Settings(model_package=tmp_path / "package", internal_secret=TEST_SECRET))
    async with running(app), client_of(app, "classifier") as client:
        index = await client.post("/v2/repository/index")
        statistics = await client.get("/v2/models/stats")
        refusals = [await client.get(f"/v2/models/x/{what}") for what in ("config", "stats")]

    assert (index.json(), statistics.json()) == ([], {"model_stats": []})
    assert [(answer.status_code, answer.json()["code"]) for answer in refusals] == [(503, "model_missing")] * 2
