"""The committed OpenAPI documents: as the code says, and as SDK generators and gateways want them."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from pictor.contracts import FOLDER, ContractConflict, merge
from services.kit.http.openapi import operations

PUBLIC = json.loads((FOLDER / "public.json").read_text(encoding="utf-8"))
OPERATIONS = [(f"{method} {path}", operation) for (method, path), operation in operations(PUBLIC)]
SCOPES = {"images:read", "images:write", "classify", "account", "admin"}
PROMISED = """
POST /v1/images · GET /v1/images · POST /v1/images:check · POST /v1/images:batchUpdate · GET /v1/images/{image_id}
PATCH /v1/images/{image_id} · DELETE /v1/images/{image_id}
GET /v1/images/{image_id}/content · GET /v1/images/{image_id}/variants/{preset} · GET /v1/images/{image_id}/labels
POST /v1/images/{image_id}:reprocess · GET /v1/images/{image_id}/similar · POST /v1/search/similar · POST /v1/classify
GET /v1/duplicates
GET /v1/labels · GET /v1/labels/{label_id} · GET /v1/collections · POST /v1/collections
GET /v1/collections/{collection_id} · PATCH /v1/collections/{collection_id} · DELETE /v1/collections/{collection_id}
GET /v1/collections/{collection_id}/images · PUT /v1/collections/{collection_id}/images/{image_id}
DELETE /v1/collections/{collection_id}/images/{image_id} · POST /v1/users · POST /v1/sessions · DELETE /v1/sessions
POST /v1/images/{image_id}/labels/{label_id}:confirm · POST /v1/images/{image_id}/labels/{label_id}:reject
PUT /v1/images/{image_id}/labels/{label_id} · DELETE /v1/images/{image_id}/labels/{label_id}
POST /v1/images:reprocess · POST /v1/images:rerender · GET /v1/operations · GET /v1/operations/{operation_id}
POST /v1/operations/{operation_id}:pause · POST /v1/operations/{operation_id}:resume
POST /v1/operations/{operation_id}:cancel · GET /v1/spaces · POST /v1/spaces/{space_id}:promote
DELETE /v1/spaces/{space_id} · POST /v1/spaces:compare
GET /v1/me · GET /v1/api-keys · POST /v1/api-keys · DELETE /v1/api-keys/{key_id} · GET /v1/status
"""


def test_the_documents_are_what_the_code_says() -> None:
    command = [sys.executable, "-m", "pictor.cli", "openapi", "--check"]
    outcome = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=FOLDER.parents[1],
        env={**os.environ, "PICTOR_UPLOAD_LIMIT": "1000"},  # an operator's own: documents are made with the default
        timeout=300,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr


def test_what_the_api_promises_is_there() -> None:
    promised = {line for line in re.split(r" · |\n", PROMISED) if line}
    assert promised - {name for name, _ in OPERATIONS} == set()


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_an_operation_is_fully_described(name: str, operation: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"])
    assert operation["summary"]
    assert "security" in operation, "an operation says who may use it, or that everyone may"
    assert {scope for entry in operation["security"] for scope in entry["bearer"]} <= SCOPES
    successes = [status for status in operation["responses"] if status < "400"]
    assert successes
    for status, answer in operation["responses"].items():
        if status >= "400":
            assert answer["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }, status
        for media_type, content in answer.get("content", {}).items():
            if media_type == "application/json":
                assert content["schema"].keys() == {"$ref"}, f"{name} {status} has an anonymous schema"


def test_every_reference_resolves_and_no_schema_is_left_over() -> None:
    used = set(_references(PUBLIC))
    assert used == {
        f"#/components/{kind}/{name}" for kind in ("headers", "schemas") for name in PUBLIC["components"][kind]
    }


def test_files_are_binary_for_sdk_generators() -> None:
    text = json.dumps(PUBLIC)
    assert '"contentMediaType": "application/octet-stream"' not in text
    assert text.count('"format": "binary"') > 5


def test_services_may_not_describe_the_same_thing_differently() -> None:
    def document(schema: dict[str, Any], path: str) -> dict[str, Any]:
        answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Same"}}}}
        operation = {"operationId": f"op_{path.strip('/').replace('/', '_')}", "responses": {"200": answer}}
        return {
            "info": {"version": "1"},
            "paths": {path: {"get": operation}},
            "components": {"schemas": {"Same": schema}, "securitySchemes": {}},
        }

    one, other = {"type": "object"}, {"type": "string"}
    with pytest.raises(ContractConflict, match="Same"):
        merge({"gateway": document(one, "/v1/a"), "catalog": document(other, "/v1/b")})
    with pytest.raises(ContractConflict, match="/v1/a"):
        merge({"gateway": document(one, "/v1/a"), "catalog": document(one, "/v1/a")})
    borrowed = {"type": "object", "x-pictor-from": "gateway"}
    merged = merge({"similarity": document(borrowed, "/v1/b"), "gateway": document(one, "/v1/a")})
    assert merged["components"]["schemas"]["Same"] == one


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)
