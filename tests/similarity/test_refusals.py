"""POST /v1/search/similar: what is refused, how, and that nothing is left of it."""

import json
from uuid import UUID

import pytest
from PIL import Image

from services.kit.testing.apps import a_user
from tests.photographs import drawn, encoded
from tests.similarity.asking import FORM, PICTURE, SEARCH, an_upload, asked, axis, files_left
from tests.similarity.stage import Stage

OTHER = a_user(2)


async def test_an_upload_without_a_model_is_not_even_read(stage: Stage) -> None:
    stage.classifier.state = "missing"
    answer = await stage.client.post(PICTURE, **an_upload(b"not an image"))
    assert (answer.status_code, answer.json()["code"]) == (503, "model_missing")
    assert answer.headers["retry-after"] == "15"


async def test_a_model_that_goes_away_meanwhile_is_passed_on(stage: Stage) -> None:
    await stage.client.post(PICTURE, **an_upload(drawn(1)))
    stage.classifier.state = "missing"  # the report of a moment ago still says ready
    answer = await stage.client.post(PICTURE, **an_upload(drawn(1)))
    assert (answer.status_code, answer.json()["code"]) == (503, "model_missing")
    assert answer.headers["retry-after"] == "15"


NO_IMAGES = [
    (b"", 422, "empty_body"),
    (b"hello, this is no image", 415, "unsupported_image"),
    (drawn(1)[:100], 422, "corrupt_image"),
    (b"GIF89a", 422, "corrupt_image"),
]


async def test_what_is_no_image_is_refused(stage: Stage, subtests: pytest.Subtests) -> None:
    before = files_left()
    for content, status, code in NO_IMAGES:
        with subtests.test(content=content[:20]):
            answer = await stage.client.post(PICTURE, **an_upload(content))
            assert (answer.status_code, answer.json()["code"]) == (status, code)
            assert answer.headers["content-type"] == "application/problem+json"
    assert files_left() == before


async def test_too_many_pixels_are_refused(stage: Stage) -> None:
    huge = encoded(Image.new("1", (12_000, 10_000)), "PNG")
    answer = await stage.client.post(PICTURE, content=huge, headers={"content-type": "image/png"})
    assert (answer.status_code, answer.json()["code"]) == (422, "image_too_large")


async def test_too_large_a_file_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.app.state, "upload_limit", 1000)
    before = files_left()
    alone = await stage.client.post(PICTURE, **an_upload(drawn(1)))
    halves = {name: (name, drawn(1)[:600], "image/jpeg") for name in ("a", "b")}
    form = await stage.client.post(
        FORM, data={"request": json.dumps({"like": [{"upload": "a"}, {"upload": "b"}]})}, files=halves
    )
    for answer in (alone, form):
        assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")
    assert files_left() == before


async def test_a_body_over_the_limit_is_refused_before_it_is_read(stage: Stage) -> None:
    headers = {"content-type": "image/jpeg", "content-length": str(101 * 1024 * 1024)}
    answer = await stage.client.post(PICTURE, content=b"", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")


async def test_another_type_is_refused(stage: Stage, subtests: pytest.Subtests) -> None:
    for path, kinds in {
        PICTURE: ("text/plain", "multipart/form-data"),
        FORM: ("image/jpeg", "text/plain", ""),
    }.items():
        for kind in kinds:
            with subtests.test(path=path, kind=kind):
                answer = await stage.client.post(path, content=drawn(1), headers={"content-type": kind})
                assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_the_path_for_json_takes_no_picture(stage: Stage) -> None:
    for more in ({"files": {"file": drawn(1)}}, an_upload(drawn(1))):
        answer = await stage.client.post(SEARCH, **more)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


AN_ID = str(UUID(int=1))
WHOLE = {"x": 0, "y": 0, "width": 1, "height": 1}


MISFITS = [
    ({}, "/like"),
    ({"like": []}, "/like"),
    ({"like": [{}]}, "/like/0"),
    ({"like": [{"image_id": AN_ID, "vector": [1]}]}, "/like/0"),
    ({"like": [{"image_id": "x"}]}, "/like/0/image_id"),
    ({"like": [{"vector": [1], "region": WHOLE}]}, "/like/0"),
    ({"like": [{"image_id": AN_ID, "region": {**WHOLE, "x": 0.5}}]}, "/like/0/region"),
    ({"like": [{"image_id": AN_ID, "region": {**WHOLE, "width": 0}}]}, "/like/0/region/width"),
    ({"like": [{"image_id": AN_ID}] * 9}, "/like"),
    ({"like": [{"image_id": AN_ID}], "limit": 0}, "/limit"),
    ({"like": [{"image_id": AN_ID}], "filter": {"labels": ["dog"]}}, "/filter/labels"),
    ({"like": [{"image_id": AN_ID}], "filter": {"label": ["gibberish"]}}, "/filter/label"),
    ({"like": [{"upload": "file"}]}, "/like/0/upload"),
]


async def test_json_that_does_not_fit_is_pointed_at(stage: Stage, subtests: pytest.Subtests) -> None:
    for body, pointer in MISFITS:
        with subtests.test(pointer=pointer):
            answer = await asked(stage, **body)
            assert answer.status_code == 422
            assert answer.json()["errors"][0]["pointer"] == pointer


async def test_what_is_wrong_in_a_form_is_pointed_at_too(stage: Stage) -> None:
    file = {"file": ("x.jpg", drawn(1), "image/jpeg")}
    for request, pointer in (({"like": [{"upload": "other"}]}, "/request/like/0/upload"), ({}, "/request/like")):
        answer = await stage.client.post(FORM, data={"request": json.dumps(request)}, files=file)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_two_parts_of_one_name_are_refused(stage: Stage) -> None:
    files = [("file", ("x.jpg", drawn(1), "image/jpeg")), ("file", ("y.jpg", drawn(2), "image/jpeg"))]
    answer = await stage.client.post(FORM, files=files)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


async def test_bodies_that_cannot_be_read(stage: Stage) -> None:
    for path, kind, content, code in (
        (SEARCH, "application/json", b"{", "invalid_json"),
        (FORM, "multipart/form-data", b"x", "bad_request"),
    ):
        answer = await stage.client.post(path, content=content, headers={"content-type": kind})
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert answer.headers["content-type"] == "application/problem+json"


SENSELESS = [
    ({"like": [{"vector": [1.0, 2.0]}]}, "wrong_dimension"),
    ({"like": [{"vector": axis(0).tolist()}]}, "invalid_vector"),
    ({"like": [{"vector": axis(1).tolist()}, {"vector": [1.0]}]}, "wrong_dimension"),
    ({"like": [{"vector": axis(1).tolist()}, {"vector": axis(-1).tolist()}]}, "invalid_vector"),
]


async def test_vectors_without_sense_are_refused(stage: Stage, subtests: pytest.Subtests) -> None:
    await stage.put(axis(1))
    for examples, code in SENSELESS:
        with subtests.test(examples=examples):
            answer = await asked(stage, **examples)
            assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_nan_in_json_is_refused(stage: Stage) -> None:
    await stage.put(axis(1))
    raw = '{"like": [{"vector": [NaN, 1, 0, 0, 0, 0, 0, 0]}]}'
    answer = await stage.client.post(SEARCH, content=raw, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")


async def test_nothing_is_embedded_yet(stage: Stage) -> None:
    answer = await asked(stage, like=[{"vector": [1.0]}])
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_embedded")
    assert answer.headers["retry-after"]


async def test_an_unknown_image_among_the_examples_is_not_found(stage: Stage) -> None:
    known = await stage.put(axis(1))
    foreign = await stage.put(axis(1), owner=OTHER)
    answer = await asked(stage, like=[{"image_id": str(known)}], unlike=[{"image_id": str(foreign)}])
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
