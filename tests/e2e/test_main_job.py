"""The main job through the gateway of the real stack: keep an image, label it, find it again, organise it.

The tests run in their order on one stack: each goes on where the one before stopped.
"""

import hashlib
import io
import stat

import httpx
import pytest
from PIL import Image

from tests.e2e.stack import RunningStack, eventually, send
from tests.photographs import cropped, drawn, half_size, photographs

PHOTOS = photographs(12)


@pytest.fixture(scope="module")
def library(stack: RunningStack) -> list[dict]:
    """A dozen photographs, sent one after the other."""
    with stack.client() as client:
        return [send(client, photo, title=f"Photograph {number}", tags="trial") for number, photo in enumerate(PHOTOS)]


def found(client: httpx.Client, **query: object) -> list[str]:
    answer = client.get("/v1/images", params={"limit": 500, **query})
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_the_credentials_are_private_and_work(stack: RunningStack, client: httpx.Client) -> None:
    path = stack.data / "credentials.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stack.credentials.keys() == {"url", "api_key", "user", "password"}
    assert stack.credentials["url"] == stack.url
    assert client.get("/v1/me").json()["name"] == stack.credentials["user"]


def test_an_upload_comes_back_labelled(library: list[dict]) -> None:
    for image, photo in zip(library, PHOTOS, strict=True):
        assert (image["state"], image["sha256"]) == ("ready", hashlib.sha256(photo).hexdigest())
        assert [label["rank"] for label in image["labels"]] == [1, 2, 3, 4, 5]
        scores = [label["score"] for label in image["labels"]]
        assert scores == sorted(scores, reverse=True)
        assert {label["trained"] for label in image["labels"]} == {False}


def test_status_says_what_runs_and_that_it_is_untrained(client: httpx.Client, library: list[dict]) -> None:
    status = client.get("/v1/status").json()
    assert status["state"] == "ok", status
    assert (status["model"]["state"], status["model"]["trained"]) == ("ready", False)
    assert status["coverage"]["total"] == status["coverage"]["embedded"] >= len(library)


def test_a_search_by_a_labels_ancestor_finds_the_image(client: httpx.Client, library: list[dict]) -> None:
    image = library[0]
    label = client.get(f"/v1/labels/{image['labels'][0]['id']}").json()
    for ancestor in label["ancestors"][:3]:
        assert image["id"] in found(client, label=ancestor["id"])
        assert image["id"] in found(client, label=ancestor["name"])
        counted = client.get(f"/v1/labels/{ancestor['id']}").json()["count"]
        assert counted == len(found(client, label=ancestor["id"]))
    nearest = label["ancestors"][0]["name"]
    assert image["id"] in found(client, q=f'"{nearest}"')
    assert nearest in {
        term["name"] for term in client.get("/v1/labels", params={"prefix": nearest[:6]}).json()["items"]
    }


def test_words_tags_and_owner_find_images(client: httpx.Client, stack: RunningStack, library: list[dict]) -> None:
    assert found(client, q='"photograph 7"') == [library[7]["id"]]
    everything = {image["id"] for image in library}
    assert everything <= set(found(client, tag="trial"))
    assert everything <= set(found(client, owner=stack.credentials["user"]))
    assert found(client, sort="created_at", tag="trial") == found(client, tag="trial")[::-1]


def test_its_own_copies_come_first(client: httpx.Client, library: list[dict]) -> None:
    original = library[3]
    smaller = send(client, half_size(PHOTOS[3]), title="smaller")
    part = send(client, cropped(PHOTOS[3]), title="part")
    answer = client.get(f"/v1/images/{original['id']}/similar", params={"limit": 5}).json()
    assert {hit["image"]["id"] for hit in answer["items"][:2]} == {smaller["id"], part["id"]}
    bands = {hit["image"]["id"]: hit["band"] for hit in answer["items"]}
    assert bands[smaller["id"]] == "near_duplicate"
    assert original["id"] not in bands
    assert all(hit["score"] >= later["score"] for hit, later in zip(answer["items"], answer["items"][1:], strict=False))


def test_an_uploaded_picture_finds_its_original(client: httpx.Client, library: list[dict]) -> None:
    query = half_size(PHOTOS[5])
    answer = client.post("/v1/search/similar:picture", content=query, headers={"content-type": "image/jpeg"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"][0]["image"]["id"] == library[5]["id"]
    assert query not in (client.get(f"/v1/images/{item}/content").content for item in found(client))


@pytest.mark.parametrize("mode", ["exact", "hnsw", "two_stage"])
def test_every_mode_of_the_index_answers(client: httpx.Client, library: list[dict], mode: str) -> None:
    answer = client.get(f"/v1/images/{library[3]['id']}/similar", params={"limit": 2, "mode": mode}).json()
    assert {hit["image"]["title"] for hit in answer["items"]} == {"smaller", "part"}


def test_classify_keeps_nothing(client: httpx.Client, library: list[dict]) -> None:
    before = found(client)
    answer = client.post("/v1/classify", content=PHOTOS[0], headers={"content-type": "image/jpeg"})
    assert [label["id"] for label in answer.json()["labels"]] == [label["id"] for label in library[0]["labels"]]
    assert answer.json()["model"]["trained"] is False
    assert found(client) == before


def test_collections_and_favorites(client: httpx.Client, library: list[dict]) -> None:
    made = client.post("/v1/collections", json={"name": "Best"}).json()
    for image in library[:3]:
        assert client.put(f"/v1/collections/{made['id']}/images/{image['id']}").status_code == 204
    assert client.put(f"/v1/collections/favorites/images/{library[0]['id']}").status_code == 204
    assert set(found(client, collection=made["id"])) == {image["id"] for image in library[:3]}
    assert client.get(f"/v1/images/{library[0]['id']}").json()["in_favorites"] is True
    assert client.get(f"/v1/collections/{made['id']}").json()["image_count"] == 3


def test_the_original_comes_back_whole_and_in_part(client: httpx.Client, library: list[dict]) -> None:
    url = library[1]["urls"]["content"]
    whole = client.get(url)
    assert whole.content == PHOTOS[1]
    part = client.get(url, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, PHOTOS[1][100:200])
    assert client.get(url, headers={"if-none-match": whole.headers["etag"]}).status_code == 304


def test_a_rotation_turns_the_variants(client: httpx.Client, library: list[dict]) -> None:
    path = f"/v1/images/{library[2]['id']}"
    before = Image.open(io.BytesIO(client.get(library[2]["urls"]["preview"]).content))
    changed = client.patch(path, json={"rotation": 90}).json()
    after = Image.open(io.BytesIO(client.get(changed["urls"]["preview"]).content))
    assert after.size == before.size[::-1]
    assert client.get(changed["urls"]["content"]).content == PHOTOS[2]


def test_private_is_private_and_public_is_seen(stack: RunningStack, client: httpx.Client, library: list[dict]) -> None:
    with stack.stranger("grace") as other:
        path = f"/v1/images/{library[4]['id']}"
        assert (other.get(path).status_code, found(other)) == (404, [])
        assert other.get(f"{path}/similar").status_code == 404
        client.patch(path, json={"visibility": "public"})
        assert (other.get(path).status_code, found(other)) == (200, [library[4]["id"]])
        assert other.patch(path, json={"title": "mine"}).status_code == 403
        query = {"content": half_size(PHOTOS[4]), "headers": {"content-type": "image/jpeg"}}
        hits = eventually(
            lambda: [hit["image"]["id"] for hit in other.post("/v1/search/similar:picture", **query).json()["items"]],
            bool,
        )
        assert hits == [library[4]["id"]]


def test_what_a_person_says_of_labels_reaches_both_searches(client: httpx.Client, library: list[dict]) -> None:
    image, dog = library[8], "n02084071"
    path, wrong = f"/v1/images/{image['id']}/labels", image["labels"][0]["id"]
    assert client.post(f"{path}/{wrong}:reject").status_code == 200
    assert client.put(f"{path}/{dog}").json()["items"][-1]["source"] == "user"
    assert image["id"] in found(client, label="dog")
    assert image["id"] not in found(client, label=wrong)
    page = client.get("/v1/images", params={"label": dog, "include": "explain", "limit": 500}).json()
    [why] = [item["matches"] for item in page["explain"] if item["image_id"] == image["id"]]
    assert (why[0]["by"], why[0]["label"]["id"], why[0]["label"]["source"]) == ("label", dog, "user")

    def alike(label: str) -> set[str]:
        query = {"content": PHOTOS[8], "headers": {"content-type": "image/jpeg"}}
        answer = client.post("/v1/search/similar:picture", params={"label": label, "limit": 100}, **query)
        assert answer.status_code == 200, answer.text
        return {hit["image"]["id"] for hit in answer.json()["items"]}

    assert image["id"] in eventually(lambda: alike(dog), lambda ids: image["id"] in ids)
    assert image["id"] not in eventually(lambda: alike(wrong), lambda ids: image["id"] not in ids)


def test_nothing_is_dropped_in_silence_at_any_door(client: httpx.Client, library: list[dict]) -> None:
    image = library[0]["id"]
    for method, path, body, pointer in (
        ("GET", "/v1/images?tags=trial", None, "/query/tags"),
        ("GET", "/v1/images?limit=1&limit=2", None, "/query/limit"),
        ("GET", "/v1/me?fields=name", None, "/query/fields"),
        ("GET", f"/v1/images/{image}/similar?tags=x", None, "/query/tags"),
        ("GET", "/v1/duplicates?distance=1", None, "/query/distance"),
        ("POST", "/v1/classify?topk=1", None, "/query/topk"),
        ("POST", "/v1/search/similar?limit=1", {"like": [{"image_id": image}]}, "/query/limit"),
        ("POST", "/v1/search/similar", {"like": [{"image_id": image}], "limits": 1}, "/limits"),
        ("PATCH", f"/v1/images/{image}", {"tag": ["x"]}, "/tag"),
    ):
        answer = client.request(method, path, json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
        [error] = answer.json()["errors"]
        assert error["pointer"] == pointer
        assert "Did you mean" in error["message"] or "given once" in error["message"] or "There are" in error["message"]


def test_owner_is_one_thing_for_all_searches(stack: RunningStack, client: httpx.Client, library: list[dict]) -> None:
    name, user_id = stack.credentials["user"], library[0]["owner"]["id"]
    path, everything = f"/v1/images/{library[0]['id']}/similar", {image["id"] for image in library}
    for owner in ("me", "ME", name, name.upper(), user_id, user_id.upper()):
        assert everything <= set(found(client, owner=owner))
        hits = client.get(path, params={"owner": owner, "limit": 100}).json()["items"]
        assert everything - {library[0]["id"]} <= {hit["image"]["id"] for hit in hits}, owner
        assert client.get("/v1/duplicates", params={"owner": owner}).json()["items"]
    for owner in ("nobody", "0197a3c0-0000-7000-8000-000000000000"):
        assert found(client, owner=owner) == []
        assert client.get(path, params={"owner": owner}).json()["items"] == []
        assert client.get("/v1/duplicates", params={"owner": owner}).json()["items"] == []


def test_the_etag_of_an_upload_is_good_for_an_edit_after_labelling(client: httpx.Client) -> None:
    made = client.post("/v1/images", content=drawn(4711), headers={"content-type": "image/jpeg"})
    assert made.status_code == 201, made.text
    path = f"/v1/images/{made.json()['id']}"
    labelled = eventually(lambda: client.get(path).json(), lambda image: image["state"] == "ready")
    assert labelled["labels"]
    mine = {"if-match": made.headers["etag"]}
    assert client.get(path, headers={"if-none-match": made.headers["etag"]}).status_code == 200
    assert client.patch(path, json={"title": "mine"}, headers=mine).status_code == 200
    assert client.patch(path, json={"title": "late"}, headers=mine).status_code == 412
    again = client.post(
        "/v1/images", params={"title": "x"}, content=drawn(4711), headers={"content-type": "image/jpeg"}
    ).json()
    assert (again["duplicate"], again["title"]) == (True, "mine")
    assert client.delete(path).status_code == 204


def test_a_batch_and_a_check_go_through_the_gateway(client: httpx.Client, library: list[dict]) -> None:
    updates = [{"id": image["id"], "add_tags": ["batch"]} for image in library[7:10]]
    answer = client.post("/v1/images:batchUpdate", json={"updates": updates})
    assert [item["status"] for item in answer.json()["items"]] == [200] * 3
    assert set(found(client, tag="batch")) == {image["id"] for image in library[7:10]}
    asked = [library[9]["sha256"], "0" * 64]
    answer = client.post("/v1/images:check", json={"sha256": asked})
    assert [item["image_id"] for item in answer.json()["items"]] == [library[9]["id"], None]


def test_a_deleted_image_takes_bytes_and_vector_along(
    stack: RunningStack, client: httpx.Client, library: list[dict]
) -> None:
    gone = library[6]["id"]
    assert list(stack.data.rglob(f"*{gone}*"))
    assert client.delete(f"/v1/images/{gone}", params={"permanent": "true"}).status_code == 204
    assert client.get(f"/v1/images/{gone}").status_code == 404
    assert client.delete(f"/v1/images/{gone}").status_code == 404
    hits = client.get(f"/v1/images/{library[0]['id']}/similar", params={"limit": 100}).json()["items"]
    assert gone not in {hit["image"]["id"] for hit in hits}
    assert eventually(lambda: list(stack.data.rglob(f"*{gone}*")), lambda left: not left) == []


def test_a_restored_image_is_found_again(client: httpx.Client, library: list[dict]) -> None:
    image = library[5]["id"]
    similar = f"/v1/images/{library[0]['id']}/similar"

    def hits() -> set[str]:
        return {hit["image"]["id"] for hit in client.get(similar, params={"limit": 100}).json()["items"]}

    assert image in hits()
    assert client.delete(f"/v1/images/{image}").status_code == 204
    assert image not in hits()
    assert image in [one["id"] for one in client.get("/v1/trash").json()["items"]]
    assert client.post("/v1/trash:restore", json={"ids": [image]}).json()["items"][0]["status"] == 200
    assert image in eventually(hits, lambda found: image in found)


def test_after_a_restart_everything_is_as_it_was(stack: RunningStack, client: httpx.Client) -> None:
    before = client.get("/v1/images", params={"limit": 500}).json()
    assert stack.stop() < 30
    stack.start()
    assert client.get("/v1/images", params={"limit": 500}).json() == before
    assert client.get(before["items"][0]["urls"]["content"]).status_code == 200


def test_the_documents_need_no_other_host(client: httpx.Client) -> None:
    assert client.get("/v1/openapi.json").json()["info"]["title"] == "Pictor"
    page = client.get("/docs")
    assert page.status_code == 200
    assert "//" not in page.text.replace(str(client.base_url).rstrip("/"), "").replace("<!--", "")
