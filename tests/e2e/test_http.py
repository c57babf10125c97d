"""HTTP through the real stack: HEAD, compression, conditions, ranges, a path prefix, refusals, declared headers."""

import gzip
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from pictor.contracts import FOLDER
from services.kit.http.openapi import operations
from tests.e2e.stack import RunningStack, running_stack, send
from tests.photographs import photographs
from tests.vision.package_cache import starter_package

PUBLIC = "https://example.org/pictor"
DOCUMENT = json.loads((FOLDER / "public.json").read_text(encoding="utf-8"))
DECLARED = {one["operationId"]: one["responses"] for _, one in operations(DOCUMENT)}
WATCHED = {name.lower(): name for name in DOCUMENT["components"]["headers"]} | {"location": "Location"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    settings = {
        "PICTOR_PUBLIC_URL": PUBLIC,
        "PICTOR_TRUSTED_PROXIES": "127.0.0.1",
        "PICTOR_CORS_ORIGINS": "https://a.example",
    }
    with running_stack(tmp_path_factory.mktemp("data"), PICTOR_WEIGHTS=str(starter_package()), **settings) as stack:
        yield stack


@pytest.fixture(scope="module")
def image(stack: RunningStack) -> dict:
    with stack.client() as client:
        return send(client, photographs(1)[0], title="One")


def test_urls_are_under_the_public_address_and_both_kinds_of_paths_work(client: httpx.Client, image: dict) -> None:
    assert image["urls"]["content"] == f"{PUBLIC}/v1/images/{image['id']}/content"
    for url in image["urls"].values():
        for path in (url.removeprefix("https://example.org"), url.removeprefix(PUBLIC)):
            assert client.get(path).status_code == 200, path
    again = client.post("/pictor/v1/images", content=photographs(1)[0], headers={"content-type": "image/jpeg"})
    assert (again.status_code, again.headers["location"]) == (200, f"{PUBLIC}/v1/images/{image['id']}")
    begun = client.post("/v1/images:reprocess", json={"model": "active"})
    assert (begun.status_code, begun.headers["location"]) == (202, f"{PUBLIC}/v1/operations/{begun.json()['id']}")
    missing = client.get("/v1/images/0197a3c0-0000-7000-8000-000000000000").json()
    assert missing["instance"].startswith(f"{PUBLIC}/v1/images/")
    found = client.get(f"/v1/images/{image['id']}/similar")
    assert found.status_code == 200
    assert {item["image"]["urls"]["thumb"].startswith(PUBLIC) for item in found.json()["items"]} <= {True}


def test_head_is_get_without_its_content(client: httpx.Client, image: dict) -> None:
    base = f"/v1/images/{image['id']}"
    variants = [
        f"{base}/variants/{preset}?format={kind}" for preset in ("thumb", "preview") for kind in ("jpeg", "webp")
    ]
    lists = [
        "/v1/images",
        "/v1/labels",
        "/v1/collections",
        "/v1/duplicates",
        "/v1/operations",
        "/v1/spaces",
        "/v1/models",
    ]
    for path in [base, f"{base}/content", f"{base}/labels", f"{base}/similar", *variants, *lists, "/v1/me", f"{base}x"]:
        got, head = client.get(path), client.head(path)
        passing = {"date", "x-request-id", "ratelimit", "transfer-encoding"}
        wanted = {name: value for name, value in got.headers.items() if name not in passing}
        assert (head.status_code, head.content) == (got.status_code, b""), path
        assert {name: value for name, value in head.headers.items() if name not in passing} == wanted, path
    content = client.head(f"{base}/content", headers={"range": "bytes=0-9"})
    assert (content.status_code, content.headers["content-length"]) == (200, str(image["bytes"]))
    assert content.headers["accept-ranges"] == "bytes"
    known = client.head(f"{base}/content", headers={"if-none-match": content.headers["etag"]})
    assert known.status_code == 304


def test_images_are_never_compressed_and_json_is(client: httpx.Client, image: dict) -> None:
    base = f"/v1/images/{image['id']}"
    for path in (f"{base}/content", f"{base}/variants/thumb"):
        answer = client.get(path, headers={"accept-encoding": "gzip, br"})
        assert "content-encoding" not in answer.headers
        assert answer.headers["etag"].startswith('"')
        part = client.get(path, headers={"range": "bytes=5-14", "if-range": answer.headers["etag"]})
        assert (part.status_code, part.content) == (206, answer.content[5:15])
    with client.stream("GET", "/v1/images", headers={"accept-encoding": "gzip"}) as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["items"]


@pytest.mark.parametrize("coding", ["gzip", "br", "identity"])
def test_the_etag_of_an_answer_is_good_for_the_change_however_it_was_encoded(
    client: httpx.Client, image: dict, coding: str
) -> None:
    path = f"/v1/images/{image['id']}"
    client.headers["accept-encoding"] = coding
    etag = client.get(path).headers["etag"]
    assert etag.startswith("W/") is (coding != "identity")
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    changed = client.patch(path, json={"title": f"By {coding}"}, headers={"if-match": etag})
    assert changed.status_code == 200, changed.text
    late = client.patch(path, json={"title": "Late"}, headers={"if-match": etag})
    assert late.status_code == 412


def test_what_is_no_http_is_a_problem_on_the_stack_too(stack: RunningStack) -> None:
    place = urlsplit(stack.url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nno colon here\r\n\r\n")
        head, _, body = b"".join(iter(lambda: wire.recv(65_536), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["code"] == "malformed_request"


def test_the_headers_of_answers_are_those_that_are_declared(client: httpx.Client, image: dict) -> None:
    base = f"/v1/images/{image['id']}"
    jpeg = {"content-type": "image/jpeg"}
    etag = client.get(f"{base}/content").headers["etag"]
    asked = [
        ("images_list", client.get("/v1/images")),
        ("images_get", client.get(base)),
        ("images_get", client.get(base[:-4] + "0000")),
        ("images_content", client.get(f"{base}/content")),
        ("images_content", client.get(f"{base}/content", headers={"range": "bytes=0-9"})),
        ("images_content", client.get(f"{base}/content", headers={"range": "bytes=99999999-"})),
        ("images_content", client.get(f"{base}/content", headers={"if-none-match": etag})),
        ("images_create", client.post("/v1/images", content=photographs(2)[1], headers={**jpeg, "prefer": "wait=20"})),
        ("images_create", client.post("/v1/images", content=b"none", headers=jpeg)),
        ("me_get", client.get("/v1/me", headers={"authorization": "Bearer no"})),
        ("images_similar", client.get(f"{base}/similar")),
    ]
    optional = {"Idempotency-Replayed", "Preference-Applied", "Cache-Control"}
    for name, answer in asked:
        declared = set(DECLARED[name][str(answer.status_code)]["headers"])
        sent = {WATCHED[header] for header in answer.headers if header in WATCHED}
        assert declared - sent - optional == set(), (name, answer.status_code)
        assert sent - declared <= {"RateLimit", "RateLimit-Policy", "Cache-Control"}, (name, answer.status_code)
    assert asked[7][1].headers["preference-applied"].startswith("wait=")
