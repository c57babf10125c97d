"""A collection shared by a link: made by its owner, seen by visitors without an account, through the real stack."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.protocol.shares import HEADER, ShareClaims
from tests.e2e.stack import RunningStack, eventually, running_stack, send
from tests.photographs import photographs


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("data"), PICTOR_WEIGHTS="starter") as stack:
        yield stack


@pytest.fixture
def client(stack: RunningStack) -> Iterator[httpx.Client]:
    with stack.client() as client:
        yield client


@pytest.fixture
def visitor(stack: RunningStack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.url, timeout=60) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def images(stack: RunningStack) -> list[dict[str, Any]]:
    with stack.client() as client:
        said = {"description": "by the sea", "tags": ["family"], "file_name": "DSC_1.jpg"}
        return [send(client, photo, wait_s=0, title=f"Picture {n}", **said) for n, photo in enumerate(photographs(3))]


@pytest.fixture
def collection(client: httpx.Client, images: list[dict[str, Any]]) -> str:
    made: str = client.post("/v1/collections", json={"name": "Holidays", "description": "2026"}).json()["id"]
    ids = [image["id"] for image in images]
    client.post(f"/v1/collections/{made}/images:batchAdd", json={"ids": ids}).raise_for_status()
    return made


def shared(client: httpx.Client, collection: str, **said: Any) -> dict[str, Any]:
    answer = client.post(f"/v1/collections/{collection}/shares", json={"name": "for you", **said})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_visitors_see_the_pictures_and_what_the_link_shows(
    client: httpx.Client, visitor: httpx.Client, collection: str, images: list[dict[str, Any]]
) -> None:
    link = shared(client, collection, fields=["title"])
    here = f"/v1/shares/{link['secret']}"
    assert visitor.get(here).json() == {
        "name": "Holidays",
        "description": "2026",
        "image_count": 3,
        "allow_download": False,
    }
    page = visitor.get(f"{here}/images", params={"limit": 2}).json()
    rest = visitor.get(f"{here}/images", params={"limit": 2, "cursor": page["next_cursor"]}).json()
    found = page["items"] + rest["items"]
    assert rest["next_cursor"] is None
    assert {one["id"] for one in found} == {image["id"] for image in images}
    assert {name for one in found for name in one} == {
        "id", "width", "height", "rotation", "title", "description", "tags",
    }  # fmt: skip
    assert {one["title"] for one in found} == {"Picture 0", "Picture 1", "Picture 2"}
    assert {(one["description"], *one["tags"]) for one in found} == {("",)}
    for preset in ("thumb", "preview"):
        copy = visitor.get(f"{here}/images/{images[0]['id']}/variants/{preset}")
        assert (copy.status_code, copy.headers["content-type"]) == (200, "image/jpeg")
        assert copy.headers["cache-control"] == "private, no-cache"
    refused(visitor.get(f"{here}/images/{images[0]['id']}/content"), 403, "download_not_allowed")
    assert visitor.get(f"{here}/images/{uuid4()}/variants/thumb").status_code == 404
    open_link = shared(client, collection, allow_download=True)
    original = visitor.get(f"/v1/shares/{open_link['secret']}/images/{images[0]['id']}/content")
    assert original.content == photographs(1)[0]


def test_only_the_owners_own_images_and_none_that_is_gone(
    stack: RunningStack, client: httpx.Client, visitor: httpx.Client, collection: str
) -> None:
    with stack.stranger("bob-shares") as bob:
        his = send(bob, photographs(5)[4], wait_s=0, visibility="public")["id"]
    mine = send(client, photographs(6)[5], wait_s=0)["id"]
    here = f"/v1/shares/{shared(client, collection)['secret']}"
    body = {"ids": [his, mine]}
    added = client.post(f"/v1/collections/{collection}/images:batchAdd", json=body).json()["items"]
    assert [item["status"] for item in added] == [204, 204]
    seen = {one["id"] for one in visitor.get(f"{here}/images").json()["items"]}
    assert mine in seen
    assert his not in seen
    assert visitor.get(f"{here}/images/{his}/variants/thumb").status_code == 404
    assert visitor.get(f"{here}/images/{mine}/variants/thumb").status_code == 200
    client.delete(f"/v1/images/{mine}").raise_for_status()
    assert visitor.get(f"{here}/images/{mine}/variants/thumb").status_code == 404
    assert mine not in visitor.get(f"{here}/images").text
    client.delete(f"/v1/collections/{collection}").raise_for_status()
    assert visitor.get(here).status_code == 404


def test_revoked_and_expired_links_are_not_there(
    client: httpx.Client, visitor: httpx.Client, collection: str, images: list[dict[str, Any]]
) -> None:
    links = f"/v1/collections/{collection}/shares"
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    refused(client.post(links, json={"name": "late", "expires_at": past}), 422, "validation_failed")
    soon = shared(client, collection, expires_at=(datetime.now(UTC) + timedelta(seconds=2)).isoformat())
    link = shared(client, collection)
    assert {one["id"] for one in client.get(links).json()["items"]} == {soon["id"], link["id"]}
    assert "secret" not in client.get(links).text
    thumb = f"/v1/shares/{link['secret']}/images/{images[0]['id']}/variants/thumb"
    assert visitor.get(thumb).status_code == 200
    began = time.monotonic()
    assert client.delete(f"{links}/{link['id']}").status_code == 204
    assert visitor.get(thumb).status_code == 404
    assert time.monotonic() - began < 5
    assert client.delete(f"{links}/{link['id']}").status_code == 404
    gone = eventually(lambda: visitor.get(f"/v1/shares/{soon['secret']}").status_code, lambda status: status == 404)
    assert gone == 404
    for secret in ("x", "0" * 64, link["id"]):
        refused(visitor.get(f"/v1/shares/{secret}"), 404, "not_found")


def test_a_password_is_asked_for_and_guessing_is_slow(
    stack: RunningStack, client: httpx.Client, visitor: httpx.Client, collection: str
) -> None:
    link = shared(client, collection, password="open sesame")
    here = f"/v1/shares/{link['secret']}"
    assert link["has_password"] is True
    refused(visitor.get(here), 403, "share_locked")
    refused(visitor.post(f"{here}:unlock", json={"password": "open says me"}), 403, "wrong_share_password")
    assert visitor.post(f"{here}:unlock", json={"password": "open sesame"}).status_code == 204
    assert visitor.get(here).status_code == 200
    [cookie] = [one for one in visitor.cookies.jar if one.name.startswith("pictor_share_")]
    assert link["secret"] not in cookie.name + str(cookie.value)
    with httpx.Client(base_url=stack.url, timeout=60) as other:
        other.cookies.set(cookie.name, f"{int(time.time()) + 9_000_000}.{str(cookie.value).partition('.')[2]}")
        refused(other.get(here), 403, "share_locked")
        second = shared(client, collection, password="another")
        other.cookies.set(f"pictor_share_{UUID(second['id']).hex}", str(cookie.value))
        refused(other.get(f"/v1/shares/{second['secret']}"), 403, "share_locked")
        codes = [other.post(f"{here}:unlock", json={"password": f"guess {n}"}).status_code for n in range(12)]
        assert codes[0] == 403
        assert codes[-1] == 429


def test_it_is_the_owners_to_share(stack: RunningStack, client: httpx.Client, collection: str) -> None:
    links = f"/v1/collections/{collection}/shares"
    link = shared(client, collection)
    with stack.stranger("eve-shares") as eve:
        for answer in (
            eve.get(links),
            eve.post(links, json={"name": "mine"}),
            eve.delete(f"{links}/{link['id']}"),
        ):
            assert answer.status_code == 404
    repeated = {"idempotency-key": f"once-{collection}"}
    first, again = [client.post(links, json={"name": "once"}, headers=repeated).json() for _ in range(2)]
    assert first == again
    assert len(first["secret"]) == 64
    assert first["url"].endswith(f"/s/{first['secret']}")


def test_links_of_collections_that_are_gone_leave_room_for_others(stack: RunningStack) -> None:
    with stack.stranger("sharer") as sharer:
        gone, kept = (sharer.post("/v1/collections", json={"name": name}).json()["id"] for name in ("gone", "kept"))
        shared(sharer, kept)
        for _ in range(99):
            shared(sharer, gone)
        refused(sharer.post(f"/v1/collections/{kept}/shares", json={"name": "one more"}), 409, "too_many_shares")
        sharer.delete(f"/v1/collections/{gone}").raise_for_status()
        shared(sharer, kept)
        assert len(sharer.get(f"/v1/collections/{kept}/shares").json()["items"]) == 2


def test_nobody_can_say_that_a_link_was_checked(
    client: httpx.Client, visitor: httpx.Client, collection: str, images: list[dict[str, Any]]
) -> None:
    """The header by which the gateway tells the catalog is dropped from requests from outside."""
    owner = UUID(images[0]["owner"]["id"])
    claims = ShareClaims(owner, UUID(collection), frozenset(), allow_download=True)
    for sender in (visitor, client):
        answer = sender.get(f"/v1/shares/{uuid4()}", headers={HEADER: claims.packed()})
        assert answer.status_code == 404
    link = shared(client, collection)
    other = ShareClaims(owner, uuid4(), frozenset({"title"}), allow_download=True)
    seen = visitor.get(f"/v1/shares/{link['secret']}", headers={HEADER: other.packed()}).json()
    assert (seen["name"], seen["allow_download"]) == ("Holidays", False)


def test_no_secret_is_in_a_log_or_in_a_table(
    stack: RunningStack, client: httpx.Client, visitor: httpx.Client, collection: str, images: list[dict[str, Any]]
) -> None:
    link = shared(client, collection, password="open sesame")
    secret = link["secret"]
    here = f"/v1/shares/{secret}"
    for path in (here, f"{here}/images", f"{here}/nothing", f"/s/{secret}", f"/v1/shares/{secret}:other"):
        visitor.get(path)
    visitor.post(f"{here}:unlock", json={"password": "open sesame"})
    visitor.get(f"{here}/images/{images[0]['id']}/variants/thumb")
    time.sleep(0.5)
    logs = {path.name: path.read_text(errors="replace") for path in Path(stack.data / "logs").glob("*.log")}
    assert "/v1/shares/(secret)/images" in logs["gateway.log"]
    assert "/s/(secret)" in logs["gateway.log"]
    assert [name for name, text in logs.items() if secret in text] == []
    assert "open sesame" not in json.dumps(logs)
