"""What one may not see is not there; what one may see is not therefore one's own. Over every operation."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from services.kit.http.openapi import operations
from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Expected:
    """The status (or the problem's code) for bob, on an image of ada's that is public."""

    status: int
    code: str | None = None
    body: dict[str, Any] | None = None


NOT_OWNER = Expected(403, "not_owner")
ON_IMAGES = {
    "images_get": Expected(200),
    "images_update": Expected(403, "not_owner", {"title": "mine"}),
    "images_delete": NOT_OWNER,
    "images_labels": Expected(200),
    "images_labels_svg": Expected(200),
    "images_labels_png": Expected(200),
    "images_reprocess": NOT_OWNER,
    "images_labels_confirm": NOT_OWNER,
    "images_labels_reject": NOT_OWNER,
    "images_labels_add": NOT_OWNER,
    "images_labels_take_back": NOT_OWNER,
    "images_content": Expected(200),
    "images_variant": Expected(200),
    "collections_add_image": Expected(204),
    "collections_remove_image": Expected(204),
}
ON_COLLECTIONS: dict[str, dict[str, Any] | None] = {
    "collections_get": None,
    "collections_update": {"name": "mine"},
    "collections_delete": None,
    "collections_images": None,
    "collections_add_image": None,
    "collections_remove_image": None,
}
WITHOUT_AN_ID = {
    "images_create", "images_upload", "images_list", "images_check", "images_batch_update", "duplicates_list",
    "images_batch_delete",  # strangers: in test_batch_delete.py
    "labels_list", "labels_get", "models_list", "collections_list", "collections_create", "images_reprocess_all",
    "images_rerender",
    "operations_list", "downloads_create", "downloads_content",  # the last two: in test_archives.py
    "shares_get", "shares_images", "shares_variant", "shares_content",  # in e2e/test_shares.py; a user may none of them
    "events_list",  # in test_events.py
    "trash_list", "trash_restore", "trash_empty",  # in test_trash.py
    "collections_batch_add", "collections_batch_remove",  # in test_collection_batches.py
    "internal_images_lookup", "internal_images_matching", "internal_coverage",
    "internal_images_sample", "internal_owners_leave", "internal_owners_usage",
}  # fmt: skip


ON_OPERATIONS = {"operations_get", "operations_pause", "operations_resume", "operations_cancel"}
"""In test_operations.py."""


@dataclass
class Scene:
    """Ada has a public image, a private one and a collection of both; bob has a collection of nothing."""

    catalog: RunningCatalog
    public: dict[str, Any]
    private: dict[str, Any]
    hers: dict[str, Any]
    his: dict[str, Any]

    async def ask(self, operation: str, body: dict[str, Any] | None, **ids: str) -> httpx.Response:
        """Have bob call an operation of the contract with these ids in its path."""
        [(method, path)] = [
            place for place, found in operations(self.catalog.app.openapi()) if found["operationId"] == operation
        ]
        return await self.catalog.bob.request(
            method, path.format(preset="thumb", label_id="n02084071", **ids), json=body
        )

    async def state(self) -> list[Any]:
        """Everything that ada has."""
        paths = ["/v1/images", f"/v1/collections/{self.hers['id']}", f"/v1/collections/{self.hers['id']}/images"]
        return [(await self.catalog.client.get(path)).json() for path in paths] + [self.catalog.objects()]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(shared_catalog: RunningCatalog) -> AsyncIterator[Scene]:
    public = await shared_catalog.upload(a_picture(number=1), visibility="public", tags=["p"])
    private = await shared_catalog.upload(a_picture(number=2), tags=["p"])
    hers = (await shared_catalog.client.post("/v1/collections", json={"name": "hers"})).json()
    his = (await shared_catalog.bob.post("/v1/collections", json={"name": "his"})).json()
    for image in (public, private):
        await shared_catalog.client.put(f"/v1/collections/{hers['id']}/images/{image['id']}")
        await shared_catalog.rows("DELETE FROM jobs")
    yield Scene(shared_catalog, public, private, hers, his)


async def test_no_operation_is_missing_here(scene: Scene) -> None:
    known = {found["operationId"] for _, found in operations(scene.catalog.app.openapi())}
    assert known == {*ON_IMAGES, *ON_COLLECTIONS, *ON_OPERATIONS, *WITHOUT_AN_ID}


@pytest.mark.parametrize("operation", ON_IMAGES)
async def test_a_private_image_is_not_there_for_others(scene: Scene, operation: str) -> None:
    before = await scene.state()
    for image_id in (scene.private["id"], str(uuid4())):
        answer = await scene.ask(operation, ON_IMAGES[operation].body, image_id=image_id, collection_id=scene.his["id"])
        if operation == "collections_remove_image":
            assert answer.status_code == 204  # it is not in the collection, whatever it is
        else:
            assert_problem(answer, 404, "not_found")
    assert await scene.state() == before


@pytest.mark.parametrize("operation", ON_IMAGES)
async def test_a_public_image_may_be_seen_and_collected_but_not_changed(scene: Scene, operation: str) -> None:
    before, expected = await scene.state(), ON_IMAGES[operation]
    answer = await scene.ask(operation, expected.body, image_id=scene.public["id"], collection_id=scene.his["id"])
    if expected.code:
        assert_problem(answer, expected.status, expected.code)
    else:
        assert answer.status_code == expected.status
    assert await scene.state() == before


@pytest.mark.parametrize("operation", ON_COLLECTIONS)
async def test_another_persons_collection_is_not_there(scene: Scene, operation: str) -> None:
    before = await scene.state()
    for collection_id in (scene.hers["id"], str(uuid4())):
        answer = await scene.ask(
            operation, ON_COLLECTIONS[operation], collection_id=collection_id, image_id=scene.public["id"]
        )
        assert_problem(answer, 404, "not_found")
    assert await scene.state() == before


async def test_lists_and_counts_know_nothing_of_what_is_private(scene: Scene) -> None:
    for query in ({}, {"tag": "p"}, {"owner": "ada"}, {"sort": "random"}):
        answer = await scene.catalog.bob.get("/v1/images", params=query)
        assert [item["id"] for item in answer.json()["items"]] == [scene.public["id"]]
    assert (await scene.catalog.bob.get("/v1/labels")).json()["items"] == [
        {"kind": "tag", "id": None, "name": "p", "count": 1}
    ]
    for query in ({"collection": scene.hers["id"]}, {"owner": "me"}):
        assert (await scene.catalog.bob.get("/v1/images", params=query)).json()["items"] == []


async def test_a_private_image_cannot_be_told_from_none_by_its_problem(scene: Scene) -> None:
    hidden, unknown = [
        (await scene.catalog.bob.get(f"/v1/images/{image_id}")).json() for image_id in (scene.private["id"], uuid4())
    ]
    for varies in ("instance", "request_id"):
        hidden.pop(varies)
        unknown.pop(varies)
    assert hidden == unknown
