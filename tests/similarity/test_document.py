"""What the OpenAPI document says, as the gateway and SDK generators read it."""

from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from services.kit.testing.apps import TEST_SECRET
from services.similarity.config import Settings
from services.similarity.main import create_app
from tests.similarity.asking import FORM, PICTURE, SEARCH

NOWHERE = {
    "internal_secret": TEST_SECRET,
    "database_url": "postgresql+asyncpg://nobody@127.0.0.1:9/nothing",
    "catalog_url": "http://127.0.0.1:9",
    "classifier_url": "http://127.0.0.1:9",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    app: FastAPI = create_app(Settings(**NOWHERE))
    return app.openapi()


def test_the_operations(document: dict[str, Any]) -> None:
    operations = {
        (method.upper(), path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    assert {key: one["operationId"] for key, one in operations.items()} == {
        ("GET", "/v1/images/{image_id}/similar"): "images_similar",
        ("POST", SEARCH): "search_similar",
        ("POST", FORM): "search_similar_upload",
        ("POST", PICTURE): "search_similar_picture",
        ("PUT", "/points"): "points_put_many",
        ("PUT", "/points/{image_id}"): "points_put",
        ("PATCH", "/points/{image_id}"): "points_change",
        ("DELETE", "/points/{image_id}"): "points_delete",
        ("POST", "/points:query"): "points_query",
        ("GET", "/internal/spaces"): "internal_spaces_list",
        ("GET", "/v1/spaces"): "spaces_list",
        ("POST", "/v1/spaces/{space_id}:promote"): "spaces_promote",
        ("DELETE", "/v1/spaces/{space_id}"): "spaces_delete",
        ("POST", "/v1/spaces:compare"): "spaces_compare",
        ("GET", "/internal/spaces:answering"): "internal_spaces_answering",
        ("PUT", "/internal/spaces/{space_id}"): "internal_spaces_announce",
    }
    for key in (("GET", "/v1/images/{image_id}/similar"), ("POST", SEARCH), ("POST", FORM), ("POST", PICTURE)):
        assert operations[key]["security"] == [{"bearer": ["images:read"]}]
        assert {"404", "409", "422", "503"} <= set(operations[key]["responses"])
    assert operations["GET", "/v1/spaces"]["security"] == [{"bearer": ["images:read"]}]
    for operation_id in ("spaces_promote", "spaces_delete", "spaces_compare"):
        [changing] = [one for one in operations.values() if one["operationId"] == operation_id]
        assert changing["security"] == [{"bearer": ["admin"]}]


def test_each_kind_of_body_is_an_operation(document: dict[str, Any]) -> None:
    json, form, picture = (document["paths"][path]["post"] for path in (SEARCH, FORM, PICTURE))
    assert json["requestBody"]["content"] == {
        "application/json": {"schema": {"$ref": "#/components/schemas/SimilarSearch"}}
    }
    assert picture["requestBody"]["content"] == {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    }
    [(kind, content)] = form["requestBody"]["content"].items()
    assert (kind, content["schema"]) == ("multipart/form-data", {"$ref": "#/components/schemas/SimilarSearchForm"})
    schema = document["components"]["schemas"]["SimilarSearchForm"]
    assert schema["properties"]["file"] == {"type": "string", "format": "binary", "description": "A picture."}
    assert schema["properties"]["request"]["type"] == "string"
    assert "required" not in schema
    for operation in (form, picture):
        assert operation["x-pictor-body-limit"] == 100 * 1024 * 1024 + 64 * 1024
        assert {"413", "415"} <= set(operation["responses"])
    assert "parameters" not in json
    assert "parameters" not in form


def test_the_image_is_the_catalogs(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["Image"] == {"type": "object", "title": "Image", "x-pictor-from": "catalog"}
    assert schemas["SimilarHit"]["properties"]["image"]["$ref"] == "#/components/schemas/Image"


def test_every_reference_is_there(document: dict[str, Any]) -> None:
    components = document["components"]
    there = {f"#/components/{kind}/{name}" for kind in ("headers", "schemas") for name in components[kind]}
    assert references(document) <= there


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


CONTRADICTIONS: list[dict[str, Any]] = [
    {"embedder": "local"},
    {"index_m": 40, "index_ef_construction": 64},
    {"index": "milvus"},
    {"index": "nowhere"},
]


@pytest.mark.parametrize("wrong", CONTRADICTIONS)
def test_settings_that_contradict_each_other_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**NOWHERE, **wrong)
