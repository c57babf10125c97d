"""Which classifier a request reaches while a second model stands beside the first."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from services.gateway.services import model_routing as model_router
from tests.gateway.fakes import MODEL
from tests.gateway.stage import Gateway, Stage

OLD, NEW = "inception_v3-000000000000", "resnet50-111111111111"


def say(fake: FastAPI, **said: Any) -> None:
    """Have the FAKE classifier say something else of its model."""
    fake.router.routes[:] = [route for route in fake.router.routes if getattr(route, "path", "") != "/internal/model"]

    @fake.get("/internal/model")
    async def model() -> dict[str, Any]:
        return {**MODEL, **said}

    fake.router.routes.insert(0, fake.router.routes.pop())


def promote(gateway: Gateway, space: str | None) -> None:
    similarity = gateway.fakes["similarity"]
    similarity.router.routes[:] = [
        route for route in similarity.router.routes if getattr(route, "path", "") != "/internal/spaces:answering"
    ]

    @similarity.get("/internal/spaces:answering")
    async def answering() -> dict[str, Any]:
        return {"active": space, "promoted": space, "promoted_at": None, "spaces": 2}

    similarity.router.routes.insert(0, similarity.router.routes.pop())


def name(fake: FastAPI, called: str) -> None:
    """Have the FAKE classifier answer POST /v1/classify with its own name."""

    @fake.post("/v1/classify")
    async def classify(request: Request) -> dict[str, str]:
        await request.body()
        return {"by": called}

    fake.router.routes.insert(0, fake.router.routes.pop())


@pytest.fixture(autouse=True)
def _ask_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_router, "KEPT_S", 0.0)


async def two_models(stage: Stage) -> tuple[Gateway, dict[str, str]]:
    gateway = await stage.gateway("catalog", "classifier", "candidate", "similarity")
    for called in ("classifier", "candidate"):
        name(gateway.fakes[called], called)
    say(gateway.fakes["candidate"], name="resnet50", space=NEW)
    promote(gateway, None)
    headers = await gateway.joined()
    key = await gateway.a_key(headers, "classify", "images:read")
    return gateway, {"authorization": f"Bearer {key['key']}"}


async def reached(gateway: Gateway, headers: dict[str, str], **query: str) -> str:
    answer: httpx.Response = await gateway.client.post("/v1/classify", content=b"x", headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["by"])


async def test_the_model_that_is_named_is_asked(stage: Stage) -> None:
    gateway, headers = await two_models(stage)
    assert await reached(gateway, headers) == "classifier"
    assert await reached(gateway, headers, model="resnet50") == "candidate"
    assert await reached(gateway, headers, model=NEW) == "candidate"
    assert await reached(gateway, headers, model="inception_v3") == "classifier"
    assert await reached(gateway, headers, model="nobody") == "classifier"  # which says that it has no such model


async def test_without_a_name_the_promoted_space_decides(stage: Stage) -> None:
    gateway, headers = await two_models(stage)
    promote(gateway, NEW)
    assert await reached(gateway, headers) == "candidate"
    assert await reached(gateway, headers, model=OLD) == "classifier"
    status = (await gateway.client.get("/v1/status", headers=headers)).json()
    assert status["model"]["space"] == NEW
    promote(gateway, OLD)
    assert await reached(gateway, headers) == "classifier"


async def test_of_two_with_one_name_the_one_that_answers_is_meant(stage: Stage) -> None:
    gateway, headers = await two_models(stage)
    say(gateway.fakes["candidate"], space=NEW)
    promote(gateway, NEW)
    assert await reached(gateway, headers, model="inception_v3") == "candidate"
    assert await reached(gateway, headers, model=OLD) == "classifier"


async def test_a_candidate_that_is_away_changes_nothing(stage: Stage) -> None:
    gateway = await stage.gateway("catalog", "classifier", "similarity", candidate_url="http://127.0.0.1:9")
    name(gateway.fakes["classifier"], "classifier")
    headers = await gateway.joined()
    key = await gateway.a_key(headers, "classify")
    assert await reached(gateway, {"authorization": f"Bearer {key['key']}"}, model="resnet50") == "classifier"
