"""POST /v1/images:check: which bytes one has already, before sending them."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHECK = "/v1/images:check"
OURS, HERS, GONE, NEVER = (a_picture(number=number) for number in range(4))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def image(shared_catalog: RunningCatalog) -> AsyncIterator[dict[str, Any]]:
    """Ada's image, beside a public one of bob's and one that she deleted."""
    await shared_catalog.upload(HERS, by=2, visibility="public")
    gone = await shared_catalog.upload(GONE)
    await shared_catalog.client.delete(f"/v1/images/{gone['id']}")
    yield await shared_catalog.upload(OURS)


async def test_it_says_which_bytes_are_there_in_the_order_asked(
    shared_catalog: RunningCatalog, image: dict[str, Any]
) -> None:
    asked = [NEVER, OURS, HERS, GONE, OURS]
    answer = await shared_catalog.client.post(CHECK, json={"sha256": [digest(data) for data in asked]})
    assert answer.status_code == 200
    assert answer.json() == {
        "items": [{"sha256": digest(data), "image_id": image["id"] if data == OURS else None} for data in asked]
    }


async def test_a_digest_may_be_in_capitals_and_there_may_be_a_thousand(
    shared_catalog: RunningCatalog, image: dict[str, Any]
) -> None:
    asked = [digest(b"%d" % number) for number in range(999)] + [digest(OURS).upper()]
    items = (await shared_catalog.client.post(CHECK, json={"sha256": asked})).json()["items"]
    assert [item["sha256"] for item in items] == [one.lower() for one in asked]
    assert [item["image_id"] for item in items] == [None] * 999 + [image["id"]]


@pytest.mark.parametrize(("body", "pointer"), [
    ({}, "/sha256"),
    ({"sha256": []}, "/sha256"),
    ({"sha256": ["0" * 64] * 1001}, "/sha256"),
    ({"sha256": "0" * 64}, "/sha256"),
    ({"sha256": ["0" * 64, "0" * 63]}, "/sha256/1"),
    ({"sha256": ["g" * 64]}, "/sha256/0"),
    ({"sha256": ["0" * 64 + "\n"]}, "/sha256/0"),
    ({"sha256": [None]}, "/sha256/0"),
    ({"sha256": ["0" * 64], "owner": "bob"}, "/owner"),
])  # fmt: skip
async def test_what_is_no_digest_is_refused(shared_catalog: RunningCatalog, body: Any, pointer: str) -> None:
    answer = await shared_catalog.client.post(CHECK, json=body)
    assert_problem(answer, 422, "validation_failed", pointers=[pointer])
