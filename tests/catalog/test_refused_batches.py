"""POST /v1/images:batchUpdate with bodies that are refused whole: no image changes, not even a fitting one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.catalog.factories import RunningCatalog
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
BATCH = "/v1/images:batchUpdate"
ID = "00000000-0000-0000-0000-000000000001"
REFUSED: list[tuple[Any, list[str]]] = [
    ({}, ["/updates"]),
    ({"updates": []}, ["/updates"]),
    ({"updates": [{"id": ID}] * 501}, ["/updates"]),
    ({"updates": [{"id": ID}], "more": 1}, ["/more"]),
    ({"updates": [{"title": "x"}]}, ["/updates/0/id"]),
    ({"updates": [{"id": ID}, {"id": "1"}]}, ["/updates/1/id"]),
    ({"updates": [{"id": ID, "titel": "x"}]}, ["/updates/0/titel"]),
    ({"updates": [{"id": ID, "rotation": 45}]}, ["/updates/0/rotation"]),
    ({"updates": [{"id": ID, "add_tags": ["\0"]}]}, ["/updates/0/add_tags/0"]),
    ({"updates": [{"id": ID, "remove_tags": ["t"] * 51}]}, ["/updates/0/remove_tags"]),
    ({"updates": [{"id": ID, "if_match": "x" * 501}]}, ["/updates/0/if_match"]),
    ({"updates": [{"id": ID, "if_match": None}]}, ["/updates/0/if_match"]),
    ({"updates": [{"id": ID, "add_tags": None}]}, ["/updates/0/add_tags"]),
    ({"updates": [{"id": ID, "visibility": None}]}, ["/updates/0/visibility"]),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def image(shared_catalog: RunningCatalog) -> AsyncIterator[dict[str, Any]]:
    yield await shared_catalog.upload(title="Old")


@pytest.mark.parametrize(("body", "pointers"), REFUSED, ids=[str(pointers) for _, pointers in REFUSED])
async def test_a_body_that_does_not_fit_is_refused_whole(
    shared_catalog: RunningCatalog, image: dict[str, Any], body: Any, pointers: list[str]
) -> None:
    fitting = {"id": image["id"], "title": "New"}
    if body.get("updates") and len(body["updates"]) < 500:
        body = {**body, "updates": [*body["updates"], fitting]}
    assert_problem(await shared_catalog.client.post(BATCH, json=body), 422, "validation_failed", pointers=pointers)
    assert await shared_catalog.image(image["id"]) == image
