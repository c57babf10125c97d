"""The shorter way answers what is usual; whatever is not gets FastAPI's answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, ValidationError

from services.kit.app import create_service_app
from services.kit.direct import direct_route
from services.kit.http.openapi import needs
from services.kit.http.problems import Conflict
from services.kit.settings import ServiceSettings
from services.kit.testing.apps import TEST_SECRET, client_of, running

FEW = 3


class Sum(BaseModel):
    terms: list[int]


class Total(BaseModel):
    total: int
    by: str


async def usual(request: Request) -> Response | None:
    try:
        asked = Sum.model_validate_json(await request.body())
    except ValidationError:
        return None
    if len(asked.terms) > FEW:
        return None
    if not asked.terms:
        raise Conflict("There is nothing to add.")
    return Response(Total(total=sum(asked.terms), by="usual").model_dump_json(), media_type="application/json")


router = APIRouter(route_class=direct_route(usual))


@router.post("/v1/sums/{name}", operation_id="sums_make", openapi_extra=needs())
async def sums_make(name: str, body: Sum) -> Total:
    return Total(total=sum(body.terms), by=name)


@asynccontextmanager
async def nothing_to_start(_app: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app: FastAPI = create_service_app(
        "sums",
        settings=ServiceSettings(internal_secret=TEST_SECRET),
        title="Sums",
        description="Adds.",
        routers=[router],
        checks={},
        lifespan=nothing_to_start,
        registry=CollectorRegistry(),
    )
    async with running(app), client_of(app, "sums") as client:
        yield client


async def test_the_usual_request_is_answered_by_the_shorter_way(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/sums/mine", json={"terms": [1, 2]})
    assert (answer.status_code, answer.json()) == (200, {"total": 3, "by": "usual"})
    assert 'route="/v1/sums/{name}",status="200"' in (await client.get("/metrics")).text


async def test_the_endpoint_answers_what_the_shorter_way_leaves(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/sums/mine", json={"terms": [1, 2, 3, 4]})
    assert (answer.status_code, answer.json()) == (200, {"total": 10, "by": "mine"})


async def test_any_other_request_is_refused_in_fastapi_s_words(client: httpx.AsyncClient) -> None:
    refused = await client.post("/v1/sums/mine", json={"terms": ["x"]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/terms/0")
    broken = await client.post("/v1/sums/mine", content=b"{", headers={"content-type": "application/json"})
    assert (broken.status_code, broken.json()["code"]) == (400, "invalid_json")
    assert (await client.get("/v1/sums/mine")).status_code == 405


async def test_what_the_shorter_way_raises_is_a_problem(client: httpx.AsyncClient) -> None:
    refused = await client.post("/v1/sums/mine", json={"terms": []})
    assert (refused.status_code, refused.json()["detail"]) == (409, "There is nothing to add.")
    assert refused.headers["content-type"] == "application/problem+json"


async def test_the_description_is_the_endpoint_s(client: httpx.AsyncClient) -> None:
    operation = (await client.get("/openapi.json")).json()["paths"]["/v1/sums/{name}"]["post"]
    assert [parameter["name"] for parameter in operation["parameters"]] == ["name"]
    assert operation["requestBody"]["content"].keys() == {"application/json"}
