"""Every example of the public document is sent to the real stack, and is taken."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from pictor.contracts import FOLDER
from services.gateway.proxy.browser import PAGE_HEADER
from services.kit.http.openapi import operations
from tests.e2e.stack import RunningStack, running_stack, send
from tests.vision.package_cache import starter_package

PUBLIC = json.loads((FOLDER / "public.json").read_text(encoding="utf-8"))
AN_ID = "0197a3c0-0000-7000-8000-000000000000"
FIRST = ("users_create", "sessions_create")
LAST = ("spaces_promote", "me_change_password")
"""After these, others of the caller's sessions and spaces are no longer what they were."""
SENT_ELSEWHERE = {
    "spaces_compare": "its example names two spaces, and a fresh stack has one: the space is compared with itself",
}


def examples() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield (operation id, method, path, body) for each example of a JSON body."""
    found = []
    for (method, path), operation in operations(PUBLIC):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is not None:
            schema = PUBLIC["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
            found += [(operation["operationId"], method, path, example) for example in schema["examples"]]
    order = {name: number for number, name in enumerate(LAST, start=2)} | dict.fromkeys(FIRST, 0)
    return iter(
        sorted(found, key=lambda one: (order.get(one[0], 1), one[0] == "images_batch_delete", "trash" in one[0]))
    )


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("data"), PICTOR_WEIGHTS=str(starter_package())) as stack:
        yield stack


def a_jpeg(folder: Path) -> bytes:
    Image.effect_noise((200, 150), 80).convert("RGB").save(folder / "a.jpg")
    return (folder / "a.jpg").read_bytes()


def test_every_example_of_a_body_is_taken(stack: RunningStack, tmp_path: Path, subtests: pytest.Subtests) -> None:
    with stack.client() as client:
        for name in ("ada", "hopper"):  # ada signs in, hopper is changed
            account = {"name": name, "password": "correct horse battery staple"}
            client.post("/v1/users", json=account).raise_for_status()
        users = {user["name"]: user["id"] for user in client.get("/v1/users").json()["items"]}
        image = send(client, a_jpeg(tmp_path), wait_s=30)
        places = {
            "image_id": image["id"],
            "collection_id": client.post("/v1/collections", json={"name": "A"}).json()["id"],
            "key_id": client.post("/v1/api-keys", json={"name": "a", "scopes": ["images:read"]}).json()["id"],
            "space_id": client.get("/v1/spaces").json()["items"][0]["id"],
            "user_id": users["hopper"],
        }
        shares = f"/v1/collections/{places['collection_id']}/shares"
        places["secret"] = client.post(shares, json={"name": "A", "password": "open sesame"}).json()["secret"]
        ada = {"name": "ada", "password": "correct horse battery staple"}
        token = client.post("/v1/sessions", json=ada).json()["token"]
        for operation, method, path, example in examples():
            with subtests.test(operation=operation):
                body = json.loads(json.dumps(example).replace(AN_ID, image["id"]))
                if operation in SENT_ELSEWHERE:
                    body |= {"a": places["space_id"], "b": places["space_id"]}
                headers = {PAGE_HEADER: "1"} if operation == "sessions_create_page" else {}
                if operation == "me_change_password":
                    headers["authorization"] = f"Bearer {token}"
                answer = client.request(method, path.format(**places), json=body, headers=headers)
                assert answer.is_success, (operation, answer.status_code, answer.text)


def test_examples_of_parameters_are_taken(stack: RunningStack, subtests: pytest.Subtests) -> None:
    with stack.client() as client:
        for (method, path), operation in operations(PUBLIC):
            if method != "GET" or "{" in path:
                continue
            for parameter in operation.get("parameters", []):
                for example in parameter["schema"].get("examples", []):
                    with subtests.test(operation=operation["operationId"], parameter=parameter["name"]):
                        answer: httpx.Response = client.get(path, params={parameter["name"]: example})
                        assert answer.status_code == 200, answer.text
