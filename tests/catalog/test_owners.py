"""`owner` means one thing wherever it is asked: `me`, an id, or a name in any case."""

import pytest

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture, encoded, opened
from tests.catalog.problems import assert_problem

ADA = "00000000-0000-0000-0000-000000000001"
BOB = "00000000-0000-0000-0000-000000000002"


@pytest.mark.parametrize("owner", ["me", "ME", "Me", ADA, ADA.replace("-", ""), "ada", "ADA", "Ada"])
async def test_images_are_found_by_every_spelling(catalog: RunningCatalog, owner: str) -> None:
    ours = await catalog.upload()
    theirs = await catalog.upload(by=2, visibility="public")
    assert [image["id"] for image in await catalog.listed(owner=owner)] == [ours["id"]]
    for other in (BOB, BOB.upper(), "bob", "Bob"):
        assert [image["id"] for image in await catalog.listed(owner=other)] == [theirs["id"]]
    for nobody in ("eve", "adaa", "%", "ad"):
        assert await catalog.listed(owner=nobody) == []


@pytest.mark.parametrize("owner", ["me", "ME", ADA, "ada", "ADA"])
async def test_duplicates_too(catalog: RunningCatalog, owner: str) -> None:
    data = a_picture(size=(200, 150))
    first = await catalog.upload(data)
    copy = await catalog.upload(encoded(opened(data), "PNG"))
    for by, asked, found in ((1, owner, True), (1, "bob", False), (1, "nobody", False), (2, "bob", False)):
        answer = await catalog.user(by).get("/v1/duplicates", params={"owner": asked})
        groups = answer.json()["items"]
        ids = {image["id"] for group in groups for image in group["images"]}
        assert (answer.status_code, ids) == (200, {first["id"], copy["id"]} if found else set())


@pytest.mark.parametrize("path", ["/v1/images", "/v1/duplicates"])
async def test_what_is_no_name_is_refused(catalog: RunningCatalog, path: str) -> None:
    for owner in ("", "a\0b", "x" * 101):
        answer = await catalog.client.get(path, params={"owner": owner})
        assert_problem(answer, 422, "validation_failed", pointers=["/query/owner"])
