"""Every public operation, asked by everybody, about something private: actor_rows.py on the real stack."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from pictor.contracts import FOLDER
from services.gateway.proxy.browser import PAGE_HEADER
from services.kit.http.openapi import operations
from tests.e2e.actor_rows import ACTORS, ROWS, fits
from tests.e2e.stack import RunningStack, eventually, running_stack, send
from tests.photographs import drawn
from tests.vision.package_cache import starter_package

PUBLIC = json.loads((FOLDER / "public.json").read_text(encoding="utf-8"))
OPERATIONS = {operation["operationId"]: (method, path) for (method, path), operation in operations(PUBLIC)}
AN_ID = "0197a3c0-0000-7000-8000-000000000000"
PASSWORD = "correct horse battery staple"
TITLE = "a lake that nobody knows"
ALL = ["images:read", "images:write", "classify", "account"]
LAST = ("images_rerender", "images_reprocess_all", "me_change_password", "sessions_delete")
"""After these, sessions and images are no longer what they were."""
SPENT_BY = {"images_reprocess", "images_labels_take_back", "images_labels_confirm", "images_labels_reject"}
"""Beside those with `delete` and `remove` in their names: what they leave is of no more use."""
QUIET = {f"PICTOR_{of}RATE_{what}": "100000" for of in ("", "ANONYMOUS_") for what in ("PER_S", "BURST")}
numbers = count(1)


@dataclass
class Subject:
    """What is ada's, and private: `places` fill paths; `admins` is what an admin began."""

    owner: httpx.Client
    admin: httpx.Client
    picture: bytes
    places: dict[str, str]

    def state(self) -> list[Any]:
        """All that somebody else must not change."""
        image, collection, user = (self.places[f"{what}_id"] for what in ("image", "collection", "user"))
        mine = [f"/v1/images/{image}", f"/v1/collections/{collection}", f"/v1/collections/{collection}/images"]
        keys = self.owner.get("/v1/api-keys", params={"limit": 500}).json()["items"]
        return [
            *(self.owner.get(path).raise_for_status().json() for path in mine),
            self.owner.get(f"/v1/collections/{collection}/shares").json(),
            [key for key in keys if key["id"] == self.places["key_id"]],
            self.admin.get(f"/v1/users/{user}").raise_for_status().json(),
        ]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("data"), PICTOR_WEIGHTS=str(starter_package()), **QUIET) as stack:
        yield stack


@pytest.fixture(scope="module")
def actors(stack: RunningStack) -> dict[str, httpx.Client]:
    ada, bob, eve = (stack.stranger(name) for name in ("ada", "bob", "eve"))
    with stack.client() as first:
        root = first.post("/v1/users:add", json={"name": "root", "role": "admin", "password": PASSWORD}).json()
        assert root["role"] == "admin"
        gone = eve.get("/v1/me").json()["id"]
        first.patch(f"/v1/users/{gone}", json={"disabled": True}).raise_for_status()
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    keys = {
        name: ada.post("/v1/api-keys", json={"name": name, **wanted}).raise_for_status().json()["key"]
        for name, wanted in (
            ("reader", {"scopes": ["images:read"]}),
            ("expired", {"scopes": ALL, "expires_at": soon}),
        )
    }
    token = ada.post("/v1/sessions", json={"name": "root", "password": PASSWORD}).raise_for_status().json()["token"]
    with stack.client(token) as admin:
        work = admin.post("/v1/images:rerender").raise_for_status().headers["location"]
        assert eventually(lambda: admin.get(work).json()["state"], "succeeded".__eq__) == "succeeded"
    time.sleep(5)  # the key expires, and every cache forgets the session of the disabled one
    return {
        "nobody": httpx.Client(base_url=stack.url, timeout=120),
        "expired": stack.client(keys["expired"]),
        "disabled": eve,
        "reader": stack.client(keys["reader"]),
        "other": bob,
        "admin": stack.client(token),
        "owner": ada,
    }


def a_subject(actors: dict[str, httpx.Client]) -> Subject:
    """Make of everything one that is ada's, and a user whom nobody needs."""
    ada, admin = actors["owner"], actors["admin"]
    number = next(numbers)
    picture = drawn(50_000 + number)
    image = send(ada, picture, wait_s=30, title=TITLE, visibility="private")
    collection = ada.post("/v1/collections", json={"name": "shared with friends"}).raise_for_status().json()["id"]
    ada.put(f"/v1/collections/{collection}/images/{image['id']}").raise_for_status()
    shares = f"/v1/collections/{collection}/shares"
    share = ada.post(shares, json={"name": TITLE, "allow_download": True}).raise_for_status().json()
    key = ada.post("/v1/api-keys", json={"name": TITLE, "scopes": ["images:read"]}).raise_for_status().json()
    download = ada.post("/v1/downloads", json={"ids": [image["id"]]}).raise_for_status().json()
    victim = admin.post("/v1/users:add", json={"name": f"victim-{number}"}).raise_for_status().json()
    places = {
        "image_id": image["id"],
        "collection_id": collection,
        "share_id": share["id"],
        "secret": share["secret"],
        "key_id": key["id"],
        "download_id": download["id"],
        "label_id": image["labels"][0]["id"],
        "preset": "thumb",
        "user_id": victim["id"],
        "operation_id": admin.get("/v1/operations").json()["items"][0]["id"],
        "space_id": ada.get("/v1/spaces").json()["items"][0]["id"],
    }
    return Subject(ada, admin, picture, places)


def ask(operation: str, actor: str, client: httpx.Client, subject: Subject) -> httpx.Response:
    """Send what the contract gives as an example, about the subject."""
    method, path = OPERATIONS[operation]
    body = PUBLIC["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    more: dict[str, Any] = {"headers": {PAGE_HEADER: "1"} if operation == "sessions_create_page" else {}}
    if operation == "users_delete":
        more["params"] = {"images": "delete"}
    if operation == "search_similar_upload":
        more["files"] = {"file": subject.picture}
        more["data"] = {"request": json.dumps({"like": [{"upload": "file"}]})}
    elif "multipart/form-data" in body:
        more["files"] = {"file": ("a.jpg", drawn(60_000 + next(numbers)), "image/jpeg")}
    elif "application/octet-stream" in body:
        more["content"] = drawn(60_000 + next(numbers))
        more["headers"]["content-type"] = "image/jpeg"
    elif "application/json" in body:
        more["json"] = _body(operation, actor, subject, body["application/json"]["schema"]["$ref"])
    try:
        return client.request(method, path.format(**subject.places), **more)
    finally:
        client.cookies.clear()  # of the page's sign-in, and of links: everybody comes as who they are


def _body(operation: str, actor: str, subject: Subject, schema: str) -> dict[str, Any]:
    example: dict[str, Any] = PUBLIC["components"]["schemas"][schema.rpartition("/")[2]]["examples"][0]
    body: dict[str, Any] = json.loads(json.dumps(example).replace(AN_ID, subject.places["image_id"]))
    new_name = {"name": f"new-{next(numbers)}"}
    passwords = {"owner": "a long enough password", "other": "a long enough password"}
    mine = passwords.get(actor, PASSWORD)
    return body | {
        "users_create": new_name,
        "users_add": new_name,
        "sessions_create": {"name": "root"},
        "sessions_create_page": {"name": "root"},
        "me_change_password": {"current_password": mine, "new_password": mine},
        "api_keys_create": {"scopes": ["images:read"]},
        "spaces_compare": dict.fromkeys("ab", subject.places["space_id"]),
    }.get(operation, {})


def test_every_operation_has_a_row() -> None:
    assert set(ROWS) == set(OPERATIONS)
    assert {len(row) for row in ROWS.values()} == {len(ACTORS)}


def test_everybody_is_answered_as_the_rows_say(actors: dict[str, httpx.Client], subtests: pytest.Subtests) -> None:
    """Those who own nothing ask first; then all that is ada's must be as it was, before those who may change it ask."""
    subject = a_subject(actors)
    for operation in sorted(ROWS, key=lambda name: (LAST.index(name) + 1 if name in LAST else 0, name)):
        row = dict(zip(ACTORS, ROWS[operation], strict=True))
        may = {"admin"} if row["owner"] in {"403", "404"} else {"owner"}
        before = None if OPERATIONS[operation][0] == "GET" or operation in LAST else subject.state()
        for actor in sorted(ACTORS, key=lambda name: name in may):
            if actor in may and before is not None:
                with subtests.test(operation=operation, unchanged_before=actor):
                    assert subject.state() == before
            with subtests.test(operation=operation, actor=actor):
                answer = ask(operation, actor, actors[actor], subject)
                assert fits(answer.status_code, row[actor]), (answer.status_code, row[actor], answer.text[:300])
                if actor not in {"reader", "owner"}:
                    assert TITLE not in answer.text
                if not answer.is_success:
                    assert answer.json()["code"], answer.text
        if operation not in LAST and (operation in SPENT_BY or {"delete", "remove"} & set(operation.split("_"))):
            subject = a_subject(actors)
