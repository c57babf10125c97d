"""Nothing in silence: every public operation, through the real stack, with one thing wrong at a time."""

import json
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from pictor.contracts import FOLDER
from services.gateway.proxy.browser import PAGE_HEADER
from services.kit.http.openapi import operations
from tests.e2e.stack import RunningStack, running_stack
from tests.e2e.wrong_requests import Wrong, wrong_requests

PUBLIC = json.loads((FOLDER / "public.json").read_text(encoding="utf-8"))
KINDS = {
    "unknown query parameter", "doubled scalar", "doubled header", "body that nothing reads", "unknown field",
    "unknown field of a form", "null", "boolean for a number", "time without a zone",
}  # fmt: skip
NO_LIMIT = {"PICTOR_RATE_PER_S": "100000", "PICTOR_RATE_BURST": "100000"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("data"), PICTOR_WEIGHTS="untrained", **NO_LIMIT) as stack:
        yield stack


def test_what_is_wrong_is_refused_by_name(stack: RunningStack) -> None:
    asked = [*wrong_requests(PUBLIC)]
    assert Counter(one.kind for one in asked).keys() == KINDS
    assert {one.operation for one in asked} == {one["operationId"] for _, one in operations(PUBLIC)}
    with stack.client() as client:
        client.headers[PAGE_HEADER] = "1"
        collection = client.post("/v1/collections", json={"name": "A"}).raise_for_status().json()["id"]
        secret = client.post(f"/v1/collections/{collection}/shares", json={"name": "A"}).json()["secret"]
        passed = []
        for one in asked:
            path = re.sub("^/v1/shares/[^/:]+", f"/v1/shares/{secret}", one.path)
            answer = client.request(one.method, path, **one.sent)
            if answer.headers.get("content-type") == "application/problem+json" and answer.status_code == 422:
                pointers = [error["pointer"] for error in answer.json()["errors"]]
                if one.pointer in pointers:
                    continue
            passed.append((one.operation, one.kind, one.pointer, answer.status_code, answer.text[:300]))
    assert not passed, "\n".join(map(str, passed))


def test_a_document_with_another_operation_has_more_to_ask() -> None:
    document = json.loads(json.dumps(PUBLIC))
    document["paths"] = {"/v1/things/{thing_id}": {"patch": {
        "operationId": "things_update",
        "parameters": [
            {"name": "thing_id", "in": "path", "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "schema": {"type": "integer"}},
        ],
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
    }}}  # fmt: skip
    document["components"]["schemas"]["Thing"] = {
        "examples": [{"size": 1}],
        "properties": {
            "size": {"type": "integer"},
            "made_at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
            "parts": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "string"}}}},
        },
    }
    found = [(one.kind, one.pointer, one.sent.get("json")) for one in wrong_requests(document)]
    right = {"size": 1}
    assert found == [
        ("unknown query parameter", "/query/nonsense", right),
        ("doubled scalar", "/query/limit", right),
        ("boolean for a number", "/query/limit", right),
        ("unknown field", "/nonsense", {"size": 1, "nonsense": 1}),
        ("null", "/size", {"size": None}),
        ("boolean for a number", "/size", {"size": True}),
        ("time without a zone", "/made_at", {"size": 1, "made_at": "2026-01-31T12:00:00"}),
        ("null", "/parts", {"size": 1, "parts": None}),
        ("unknown field", "/parts/0/nonsense", {"size": 1, "parts": [{"nonsense": 1}]}),
        ("null", "/parts/0/n", {"size": 1, "parts": [{"n": None}]}),
    ]
    assert all(isinstance(one, Wrong) and "{" not in one.path for one in wrong_requests(document))
