"""The same bytes again with other words: what `on_duplicate` makes of them, raw, as a form, with a key and at once."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.catalog.factories import JPEG, RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

FIRST = {"title": "First", "description": "kept", "tags": ["old"]}


async def send(
    catalog: RunningCatalog, kind: str, headers: dict[str, str] | None = None, **said: Any
) -> httpx.Response:
    """Send the one picture with what is said of it."""
    if kind == "raw":
        return await catalog.client.post(
            "/v1/images", params=said, content=a_picture(), headers={**JPEG, **(headers or {})}
        )
    return await catalog.client.post("/v1/images", files={"file": ("b.jpg", a_picture())}, data=said, headers=headers)


@pytest.mark.parametrize("kind", ["raw", "form"])
@pytest.mark.parametrize("said", [{}, {"on_duplicate": "keep"}])
async def test_keep_changes_nothing_and_says_so(catalog: RunningCatalog, kind: str, said: dict[str, str]) -> None:
    first = await catalog.upload(**FIRST)
    again = await send(catalog, kind, title="Second", **said)
    assert (again.status_code, again.json()) == (200, {**first, "duplicate": True, "mended": False, "restored": False})
    assert await catalog.image(first["id"]) == first


@pytest.mark.parametrize("kind", ["raw", "form"])
async def test_update_changes_what_is_said_and_nothing_else(catalog: RunningCatalog, kind: str) -> None:
    first = await catalog.upload(**FIRST, file_name="a.jpg")
    jobs = await catalog.rows("SELECT kind FROM jobs")
    said = {"title": "Second", "tags": ["New", "b"], "visibility": "public"}
    again = await send(catalog, kind, on_duplicate="update", **said)
    image = again.json()
    expected = {**first, **said, "tags": ["new", "b"], "updated_at": image["updated_at"]}
    assert (again.status_code, image) == (200, {**expected, "duplicate": True, "mended": False, "restored": False})
    assert image["updated_at"] > first["updated_at"]
    read = await catalog.client.get(f"/v1/images/{first['id']}")
    assert (read.json(), read.headers["etag"]) == (expected, again.headers["etag"])
    assert [found["id"] for found in await catalog.listed(q="second")] == [first["id"]]
    assert await catalog.listed(q="first") == []
    assert await catalog.rows("SELECT kind FROM jobs ORDER BY kind") == [*jobs, ("sync",)]
    name = (await catalog.client.get(first["urls"]["content"])).headers["content-disposition"]
    assert 'filename="a.jpg"' in name, "the name of a form's file is not said of the image"


async def test_update_with_nothing_said_changes_nothing(catalog: RunningCatalog) -> None:
    first = await catalog.upload(**FIRST)
    again = await send(catalog, "form", on_duplicate="update")
    assert (again.status_code, again.json()) == (200, {**first, "duplicate": True, "mended": False, "restored": False})


async def test_what_is_said_as_empty_is_said(catalog: RunningCatalog) -> None:
    first = await catalog.upload(**FIRST)
    again = await send(catalog, "raw", on_duplicate="update", title="")
    assert (again.json()["title"], again.json()["description"]) == ("", "kept")
    assert first["title"] == "First"


@pytest.mark.parametrize("kind", ["raw", "form"])
async def test_error_names_the_image_that_is_there(catalog: RunningCatalog, kind: str) -> None:
    new = await send(catalog, kind, on_duplicate="error", title="First")
    assert (new.status_code, new.json()["duplicate"]) == (201, False)
    before = await catalog.contents()
    again = await send(catalog, kind, on_duplicate="error", title="Second")
    problem = assert_problem(again, 409, "duplicate_image")
    assert new.json()["id"] in problem["detail"]
    assert again.headers["location"] == f"/v1/images/{new.json()['id']}"
    assert await catalog.contents() == before
    assert (await catalog.image(new.json()["id"]))["title"] == "First"


async def test_a_repetition_under_its_key_is_no_duplicate(catalog: RunningCatalog) -> None:
    for choice in ("error", "update", "keep"):
        headers = {"idempotency-key": choice}
        first = await send(catalog, "raw", headers, on_duplicate=choice, title="A")
        again = await send(catalog, "raw", headers, on_duplicate=choice, title="A")
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["etag"] == first.headers["etag"]
        if choice == "error":
            assert (first.status_code, first.json()["duplicate"]) == (201, False)
    other = await send(catalog, "raw", {"idempotency-key": "update"}, on_duplicate="keep", title="A")
    assert_problem(other, 422, "idempotency_key_reused")
    form = await send(catalog, "form", {"idempotency-key": "form"}, on_duplicate="update", title="B")
    assert (form.status_code, form.json()["title"]) == (200, "B")
    other = await send(catalog, "form", {"idempotency-key": "form"}, on_duplicate="keep", title="B")
    assert_problem(other, 422, "idempotency_key_reused")


async def test_sent_at_once_with_error_one_is_kept(catalog: RunningCatalog) -> None:
    answers = await asyncio.gather(*(send(catalog, "raw", on_duplicate="error") for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert (await catalog.contents())["images"] == 1
    assert (await catalog.contents())["objects"] == 4


async def test_an_image_of_somebody_else_is_no_duplicate(catalog: RunningCatalog) -> None:
    theirs = await catalog.upload(by=2, visibility="public", title="Theirs")
    ours = await send(catalog, "raw", on_duplicate="error", title="Ours")
    assert (ours.status_code, ours.json()["duplicate"]) == (201, False)
    assert await catalog.image(theirs["id"]) == theirs


async def test_a_deleted_image_is_no_duplicate(catalog: RunningCatalog) -> None:
    first = await catalog.upload()
    await catalog.client.delete(f"/v1/images/{first['id']}?permanent=true")
    again = await send(catalog, "raw", on_duplicate="error")
    assert again.status_code == 201
