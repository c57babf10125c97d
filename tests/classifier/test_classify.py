"""POST /v1/classify: an image in, its labels out, nothing kept."""

import pytest

from services.vision.decoding import Decoder, DecodeRequest, ModelInput
from services.vision.labels import load_taxonomy
from services.vision.packages import load_package
from tests.classifier.pictures import MEDIA_TYPES, a_png_of, an_image, noise

MIB = 1024 * 1024


@pytest.mark.parametrize("kind", MEDIA_TYPES)
async def test_an_image_gets_the_labels_that_the_bare_engine_gives(client, engine, package_folder, kind):
    image = an_image(kind)

    answer = client.post(
        "/v1/classify", params={"top_k": 50}, content=image, headers={"content-type": MEDIA_TYPES[kind]}
    )

    assert answer.status_code == 200
    async with Decoder() as decoder:
        decoded = await decoder.decode_bytes(image, DecodeRequest(model_input=ModelInput(299)))
    expected = engine.infer(decoded.model_input[None]).probabilities[0]
    labels = answer.json()["labels"]
    classes = load_taxonomy().classes
    assert [label["rank"] for label in labels] == list(range(1, 51))
    assert [label["score"] for label in labels] == sorted((label["score"] for label in labels), reverse=True)
    assert labels[0]["score"] == pytest.approx(expected.max(), rel=1e-4)
    for label in labels:
        [known] = [known for known in classes if known.id == label["id"]]
        assert label["score"] == pytest.approx(expected[known.index], rel=1e-4)
        assert (label["name"], tuple(label["synonyms"])) == (known.name, known.synonyms)
    manifest = load_package(package_folder).manifest
    assert answer.json()["model"] == {
        "name": "inception_v3",
        "version": manifest.weights_digest[:12],
        "space": manifest.space,
        "trained": False,
        "engine": "openvino",
        "precision": "fp32",
    }


def test_five_labels_are_given_unless_told_otherwise(client):
    answer = client.post("/v1/classify", content=an_image("JPEG"), headers={"content-type": "image/jpeg"})

    assert len(answer.json()["labels"]) == 5


def test_a_form_is_as_good_as_a_raw_body(client):
    image = an_image("PNG")
    raw = client.post("/v1/classify", content=image, headers={"content-type": "image/png"})

    for path in ("/v1/classify", "/v1/classify:upload"):
        form = client.post(path, files={"file": ("any.name", image, "application/octet-stream")})

        assert form.status_code == 200
        assert form.json() == raw.json()


def test_a_path_for_forms_takes_no_raw_body(client):
    answer = client.post("/v1/classify:upload", content=an_image("PNG"), headers={"content-type": "image/png"})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_large_form_is_taken_as_well(client):
    image = noise(1000)
    assert len(image) > 2 * MIB  # more than is held in memory

    assert client.post("/v1/classify", files={"file": image}).status_code == 200


@pytest.mark.parametrize("declared", ["image/jpeg", "application/octet-stream"])
def test_bytes_count_not_the_declared_type(client, declared):
    answer = client.post("/v1/classify", content=an_image("WEBP"), headers={"content-type": declared})

    assert answer.status_code == 200


REFUSALS = {
    "nothing at all": (b"", "image/jpeg", 422, "empty_body"),
    "text": (b"Good morning", "image/jpeg", 415, "unsupported_image"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", 415, "unsupported_image"),
    "a type not taken": (b"BM", "image/bmp", 415, "unsupported_image"),
    "text that says so": (b"Good morning", "text/plain", 415, "unsupported_media_type"),
    "bytes of any kind": (b"BM", "application/octet-stream", 415, "unsupported_image"),
    "the head of a JPEG": (an_image("JPEG").partition(b"\xff\xda")[0], "image/jpeg", 422, "corrupt_image"),
    "a PNG without pixels": (a_png_of(32, 32), "image/png", 422, "corrupt_image"),
    "too many pixels": (a_png_of(12_000, 9_001), "image/png", 422, "image_too_large"),
    "too long a side": (a_png_of(66_000, 2), "image/png", 422, "image_too_large"),
    "too many bytes": (bytes(100 * MIB + 1), "image/png", 413, "content_too_large"),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_what_is_not_an_image_is_refused(client, server, refusal):
    content, media_type, status, code = refusal

    answer = client.post(
        "/v1/classify", content=content, headers={"content-type": media_type, "x-request-id": "the-one"}
    )

    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem == {
        "type": f"urn:pictor:problem:{code}",
        "title": problem["title"],
        "status": status,
        "detail": problem["detail"],
        "instance": "/v1/classify",
        "code": code,
        "request_id": "the-one",
        "errors": [],
    }
    assert answer.status_code == status
    assert server.files_left() == []


def test_too_many_bytes_are_refused_while_they_come(client, server):
    def endless():
        for _ in range(101):
            yield bytes(MIB)

    answer = client.post("/v1/classify", content=endless(), headers={"content-type": "image/png"})

    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")
    assert server.files_left() == []


FORMS = {
    "no file": ({"other": b"x"}, 422, "validation_failed"),
    "an empty file": ({"file": b""}, 422, "empty_body"),
    "text for a file": ({"file": b"Good morning"}, 415, "unsupported_image"),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_form_without_an_image_is_refused(client, server, form):
    files, status, code = form

    answer = client.post("/v1/classify", files=files)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert server.files_left() == []


def test_a_form_with_two_files_is_refused(client, server):
    image = an_image("PNG")

    answer = client.post("/v1/classify", files=[("file", image), ("file", image)])

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert server.files_left() == []


@pytest.mark.parametrize("top_k", ["0", "51", "many"])
def test_the_number_of_labels_is_bounded(client, top_k):
    answer = client.post(
        "/v1/classify", params={"top_k": top_k}, content=an_image("PNG"), headers={"content-type": "image/png"}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert answer.json()["errors"][0]["pointer"] == "/query/top_k"


def test_without_a_token_nothing_is_classified(client):
    client.auth = None

    answer = client.post("/v1/classify", content=an_image("PNG"), headers={"content-type": "image/png"})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    ("query", "data", "pointer"),
    [
        ("", {"top_k": "3"}, "/top_k"),
        ("", {"file": "x"}, "/file"),
        ("?topk=3", {}, "/query/topk"),
        ("?top_k=3&top_k=4", {}, "/query/top_k"),
        ("?top_k=3.0", {}, "/query/top_k"),
        ("?top_k=true", {}, "/query/top_k"),
        ("?min_score=nan", {}, "/query/min_score"),
    ],
)
def test_what_would_not_be_used_is_refused(client, query, data, pointer):
    files = {"file": ("any.name", an_image("PNG"), "image/png")}

    for path in ("/v1/classify", "/v1/classify:upload"):
        answer = client.post(f"{path}{query}", files=files, data=data)

        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
