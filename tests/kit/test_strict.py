"""Nothing in silence: one mechanism on every documented operation of every service."""

import json
import os
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError

from pictor.contracts import PLACEHOLDERS, SERVICES
from services.kit.http.strict import StrictRoute, names_of, strict_json, unknown
from services.kit.http.values import TextBoolean

LETS_MORE_THROUGH = {"InferRequest", "IndexRequest"}
"""Clients of the Open Inference Protocol send members of their own."""


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    for name, value in PLACEHOLDERS.items():
        monkeypatch.setitem(os.environ, name, value)
    return import_module(f"services.{request.param}.main").create_app()  # type: ignore[no-any-return]


def test_every_documented_route_is_strict(service: FastAPI) -> None:
    documented = [route for route in service.routes if isinstance(route, APIRoute) and route.include_in_schema]
    assert documented
    assert [route.path for route in documented if not isinstance(route, StrictRoute)] == []


def test_every_body_refuses_what_it_does_not_know(service: FastAPI) -> None:
    models = {
        model
        for route in service.routes
        if isinstance(route, APIRoute) and route.body_field is not None
        for model in _models(route.body_field.field_info.annotation)
    }
    assert [model.__name__ for model in models if model.model_config.get("extra") != "forbid"] == []


def test_every_schema_of_a_body_is_closed(service: FastAPI) -> None:
    document = service.openapi()
    schemas = document["components"]["schemas"]
    bodies = {
        content["schema"]["$ref"].rpartition("/")[2]
        for item in document["paths"].values()
        for operation in item.values()
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items()
        if media_type == "application/json" and "$ref" in content["schema"]
    }
    open_ones = {name for name in bodies if schemas[name].get("additionalProperties") is not False}
    assert open_ones <= LETS_MORE_THROUGH


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation)
    for inner in get_args(annotation):
        yield from _models(inner)


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("limits=1", "unknown_parameter", "There is no query parameter 'limits'. Did you mean 'limit'?"),
        ("LIMIT=1", "unknown_parameter", "There is no query parameter 'LIMIT'. Did you mean 'limit'?"),
        ("zzz", "unknown_parameter", "There is no query parameter 'zzz'. There are: cursor, limit."),
        (
            "limit=1&limit=1",
            "repeated_parameter",
            "The query parameter 'limit' may be given once; it is given 2 times.",
        ),
    ],
)
async def test_a_query_is_refused_before_anything_is_done(
    client: httpx.AsyncClient, query: str, code: str, message: str
) -> None:
    answer = await client.get(f"/v1/things?{query}")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["detail"]) == (422, "validation_failed", message)
    name = query.partition("=")[0]
    assert problem["errors"] == [{"pointer": f"/query/{name}", "code": code, "message": message}]


async def test_all_that_is_wrong_is_told(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things?a=1&limit=1&b/c=1&limit=2&a=1")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/query/a", "/query/limit", "/query/b~1c"]


async def test_where_there_are_no_parameters_it_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/things?dry_run=true", json={"name": "a"})
    assert answer.json()["detail"] == "There is no query parameter 'dry_run'. There are none here."
    assert (await client.get("/v1/things")).json()["items"] == []


async def test_a_query_that_is_no_utf_8_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things?cursor=%FF")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_a_key_sent_twice_is_refused(client: httpx.AsyncClient) -> None:
    headers = [("idempotency-key", "a"), ("Idempotency-Key", "b")]
    answer = await client.post("/v1/things", json={"name": "a"}, headers=headers)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/header/Idempotency-Key"]


@pytest.mark.parametrize("body", [b'{"name": "a"}', b"x", b"[]"])
async def test_a_body_that_nothing_reads_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        for place in range(len(body)):
            yield body[place : place + 1]

    for content in (body, in_pieces()):
        answer = await client.request("GET", "/v1/things", content=content)
        assert (answer.status_code, answer.json()["detail"]) == (422, "This operation takes no body.")
        assert answer.json()["errors"][0]["code"] == "unexpected_body"


@pytest.mark.parametrize("body", [b"", b"{}", b" {}\n", b"null"])
async def test_a_body_that_says_nothing_is_passed_over(client: httpx.AsyncClient, body: bytes) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        yield b""
        yield body

    for content in (body, in_pieces()):
        headers = {"content-type": "application/json"}
        answer = await client.request("GET", "/v1/things", content=content, headers=headers)
        assert answer.json() == {"items": [], "next_cursor": None}


async def test_probes_take_what_they_get(client: httpx.AsyncClient) -> None:
    for path in ("/livez", "/readyz", "/metrics", "/openapi.json"):
        assert (await client.get(f"{path}?probe=1&probe=2")).status_code == 200


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"name": "a", "name": "b"}', "the name 'name' occurs twice in one object"),
        (b'{"name": NaN}', "NaN is no JSON"),
        (b'{"name": -Infinity}', "-Infinity is no JSON"),
        (b'{"name": "\xff"}', "it is not UTF-8"),
        (b"[" * 9_000, "it is nested too deeply"),
        (b'{"name": %s}' % (b"1" * 5000), "a number has too many digits"),
    ],
)
async def test_json_that_can_be_read_in_two_ways_is_refused(client: httpx.AsyncClient, body: bytes, why: str) -> None:
    answer = await client.post("/v1/things", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")
    assert answer.json()["detail"] == f"The body is not valid JSON: {why}."


def test_a_boolean_of_text_is_as_json_or_python_writes_it() -> None:
    boolean: TypeAdapter[bool] = TypeAdapter(TextBoolean)
    taken = {text: boolean.validate_python(text) for text in ("true", "True", "false", "False")}
    assert taken == {"true": True, "True": True, "false": False, "False": False}
    for text in ("TRUE", "1", "yes", "on", "", " true", "t"):
        with pytest.raises(ValidationError):
            boolean.validate_python(text)


def test_plain_json_is_what_it_was() -> None:
    value = {"a": [1, 2.5, None, True, {"b": "c"}], "d": {}}
    assert strict_json(json.dumps(value)) == value


def test_the_nearest_name_is_named() -> None:
    from services.catalog.schemas.search import ImageQuery  # noqa: PLC0415 - the longest list of names there is

    known = names_of(ImageQuery)
    for asked, meant in {
        "tags": "tag", "labels": "label", "not_labels": "not_label", "createdAfter": "created_after",
        "taken_befor": "taken_before", "tag[]": "tag", "collections": "collection", "sort_by": "sort",
    }.items():  # fmt: skip
        assert unknown(asked, known, "query parameter").endswith(f" Did you mean {meant!r}?")
    assert unknown("query", known, "query parameter").startswith("There is no query parameter 'query'. There are: any_")
