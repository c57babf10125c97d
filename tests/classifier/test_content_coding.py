"""Bodies in gzip and deflate, by hand: bounds, broken ones, and which coding an answer has."""

import gzip
import zlib

import httpx
import pytest

from tests.classifier.pictures import an_image
from tests.classifier.tensors import HEADER_LENGTH, INFER, binary_request, images

BODY_LIMIT = 100 * 1024 * 1024 + 64 * 1024


def compressed(request: dict, pack, coding: str) -> dict:
    return {"content": pack(request["content"]), "headers": {**request["headers"], "content-encoding": coding}}


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
        ("gzip", lambda body: gzip.compress(body[:1000]) + gzip.compress(body[1000:])),
        ("gzip", lambda body: gzip.compress(body) + gzip.compress(b"")),
    ],
)
def test_a_compressed_request_is_read(service, coding, pack):
    request = binary_request(images(2))

    answer = service.post(INFER, **compressed(request, pack, coding))

    assert answer.status_code == 200
    assert answer.json()["outputs"][0]["shape"] == [2, 1000]


def test_an_image_may_be_compressed_too(client):
    image = an_image("PNG")
    plain = client.post("/v1/classify", content=image, headers={"content-type": "image/png"})

    answer = client.post(
        "/v1/classify", content=gzip.compress(image), headers={"content-type": "image/png", "content-encoding": "gzip"}
    )

    assert answer.status_code == 200
    assert [label["id"] for label in answer.json()["labels"]] == [label["id"] for label in plain.json()["labels"]]


BROKEN = {
    "no gzip": ("gzip", b"not gzip at all", "is not gzip"),
    "deflate that is gzip": ("deflate", gzip.compress(b"{}"), "is not deflate"),
    "cut off": ("gzip", gzip.compress(b"{}" * 1000)[:-9], "ends before its gzip data do"),
    "nothing": ("gzip", b"", "ends before its gzip data do"),
    "something behind it": ("gzip", gzip.compress(b"{}") + b"more", "is not gzip"),
    "a wrong sum": ("gzip", gzip.compress(b"{}")[:-8] + bytes(8), "is not gzip"),
}


@pytest.mark.parametrize(("coding", "content", "said"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("path", [INFER, "/v1/classify", "/v2/repository/index"])
def test_a_body_that_is_not_what_it_says_is_refused(service, path, coding, content, said):
    headers = {"content-encoding": coding, "content-type": "image/png"}

    answer = service.post(path, content=content, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_content_encoding")
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("path", [INFER, "/v1/classify", "/v2/repository/index"])
@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_another_coding_is_refused_with_those_that_are_taken(service, path, coding):
    answer = service.post(path, content=b"x", headers={"content-encoding": coding, "content-type": "image/png"})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert answer.headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("path", [INFER, "/v1/classify", "/v2/repository/index"])
@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_small_body_does_not_become_a_large_one(service, path, coding, pack):
    content = pack(bytes(4 * BODY_LIMIT))
    assert len(content) < BODY_LIMIT / 100

    answer = service.post(path, content=content, headers={"content-encoding": coding, "content-type": "image/png"})

    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")


def test_the_largest_body_may_be_unpacked_and_one_byte_more_is_refused(service):
    fits = gzip.compress(b" " * (BODY_LIMIT - 2) + b"{}")
    more = gzip.compress(b" " * (BODY_LIMIT - 1) + b"{}")

    answers = [
        service.post("/v2/repository/index", content=body, headers={"content-encoding": "gzip"})
        for body in (fits, more)
    ]

    assert [answer.status_code for answer in answers] == [200, 413]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("deflate", "deflate"),
        ("gzip, deflate", "gzip"),
        ("deflate, gzip;q=0.5", "deflate"),
        ("gzip;q=0, deflate;q=0.1", "deflate"),
        ("GZip", "gzip"),
        ("gzip;q=0.2, identity", None),
        ("gzip;q=0", None),
        ("gzip;q=much", None),
        ("identity", None),
        ("br, zstd", None),
        ("*", None),
        ("", None),
    ],
)
def test_an_answer_has_the_coding_that_was_asked_for(server, service, accepted, coding):
    request = binary_request(images(1), outputs=[{"name": "embedding", "parameters": {"binary_data": True}}])
    headers = {**request["headers"], "accept-encoding": accepted, "authorization": _token(service)}

    with httpx.stream("POST", server.url + INFER, content=request["content"], headers=headers) as answer:
        raw = b"".join(answer.iter_raw())

    assert answer.status_code == 200
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "accept-encoding"
    assert int(answer.headers["content-length"]) == len(raw)
    body = {"gzip": gzip.decompress, "deflate": zlib.decompress, None: bytes}[coding](raw)
    assert len(body) - int(answer.headers[HEADER_LENGTH]) == 2048 * 4


def _token(client: httpx.Client) -> str:
    return next(client.auth.auth_flow(httpx.Request("GET", "http://test"))).headers["authorization"]
