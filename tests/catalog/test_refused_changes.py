"""PATCH with bodies that are refused: each with its status and code, and the image stays as it was."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.catalog.factories import RunningCatalog
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def image(shared_catalog: RunningCatalog) -> AsyncIterator[dict[str, Any]]:
    yield await shared_catalog.upload(title="Old")


LONG = "x" * 10_001
REFUSED: dict[str, tuple[bytes, str, list[str]]] = {
    "not json": (b"{", "invalid_json", []),
    "no body": (b"", "validation_failed", [""]),
    "an array": (b"[]", "validation_failed", [""]),
    "a number": (b"7", "validation_failed", [""]),
    "deep": (b"[" * 100_000, "invalid_json", []),
    "unknown field": (b'{"titel": "x"}', "validation_failed", ["/titel"]),
    "a field that is not one's own": (b'{"owner": "me"}', "validation_failed", ["/owner"]),
    "a type": (b'{"title": 7}', "validation_failed", ["/title"]),
    "long title": (b'{"title": "%s"}' % (b"x" * 301), "validation_failed", ["/title"]),
    "long description": (b'{"description": "%s"}' % LONG.encode(), "validation_failed", ["/description"]),
    "NUL in the title": (b'{"title": "a\\u0000b"}', "validation_failed", ["/title"]),
    "NUL in the description": (b'{"description": "\\u0000"}', "validation_failed", ["/description"]),
    "NUL in a tag": (b'{"tags": ["ok", "\\u0000"]}', "validation_failed", ["/tags/1"]),
    "half a character": (b'{"title": "\\ud800"}', "validation_failed", ["/title"]),
    "line break in a tag": (b'{"tags": ["a\\nb"]}', "validation_failed", ["/tags/0"]),
    "long tag": (b'{"tags": ["%s"]}' % (b"x" * 101), "validation_failed", ["/tags/0"]),
    "too many tags": (b'{"tags": [%s]}' % b",".join(b'"%d"' % n for n in range(51)), "validation_failed", ["/tags"]),
    "tags as one text": (b'{"tags": "a,b"}', "validation_failed", ["/tags"]),
    "a rotation of 45": (b'{"rotation": 45}', "validation_failed", ["/rotation"]),
    "a rotation that is no number": (b'{"rotation": NaN}', "invalid_json", []),
    "a rotation without end": (b'{"rotation": 1e999}', "validation_failed", ["/rotation"]),
    "a rotation of 5,000 digits": (b'{"rotation": %s}' % (b"9" * 5000), "invalid_json", []),
    "visibility": (b'{"visibility": "friends"}', "validation_failed", ["/visibility"]),
    "not UTF-8": (b'{"title": "\xff"}', "invalid_json", []),
    "a name twice": (b'{"title": "a", "title": "b"}', "invalid_json", []),
    "no visibility": (b'{"visibility": null}', "validation_failed", ["/visibility"]),
    "no rotation": (b'{"rotation": null}', "validation_failed", ["/rotation"]),
    "a rotation of false": (b'{"rotation": false}', "validation_failed", ["/rotation"]),
    "a rotation of 90.0": (b'{"rotation": 90.0}', "validation_failed", ["/rotation"]),
    "a rotation in text": (b'{"rotation": "90"}', "validation_failed", ["/rotation"]),
}  # fmt: skip


async def test_reprocessing_one_image_takes_no_model(shared_catalog: RunningCatalog, image: dict[str, Any]) -> None:
    path = f"/v1/images/{image['id']}:reprocess"
    answer = await shared_catalog.client.post(path, json={"model": "candidate"}, headers={"idempotency-key": "a"})
    assert_problem(answer, 422, "validation_failed", pointers=[""])
    assert await shared_catalog.image(image["id"]) == image


@pytest.mark.parametrize("name", REFUSED)
async def test_it_is_refused_and_changes_nothing(
    shared_catalog: RunningCatalog, image: dict[str, Any], name: str
) -> None:
    body, code, pointers = REFUSED[name]
    answer = await shared_catalog.client.patch(
        f"/v1/images/{image['id']}", content=body, headers={"content-type": "application/json"}
    )
    assert_problem(answer, 422 if code == "validation_failed" else 400, code, pointers=pointers)
    assert await shared_catalog.image(image["id"]) == image
