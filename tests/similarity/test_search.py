"""POST /v1/search/similar: three kinds of body, several examples, regions, and what is refused."""

import io
import json
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import numpy as np
import pytest
from PIL import Image

from services.kit.testing.apps import a_user
from services.similarity.handlers import asking
from tests.photographs import drawn, encoded, half_size
from tests.similarity.fakes import SPACE
from tests.similarity.stage import Stage, ids

SEARCH = "/v1/search/similar"
OTHER = a_user(2)
TERRIER = "n02093428"


def axis(*components: float) -> np.ndarray:
    return np.array([*components, *[0.0] * (8 - len(components))], np.float32)


async def asked(stage: Stage, **body: Any) -> httpx.Response:
    return await stage.client.post(SEARCH, json=body)


def an_upload(picture: bytes, **options: Any) -> dict[str, Any]:
    return {"content": picture, "headers": {"content-type": "image/jpeg"}, "params": options}


def side_by_side(left: bytes, right: bytes) -> bytes:
    """One picture with two in it, each filling its half."""
    whole = Image.new("RGB", (600, 300))
    for number, picture in enumerate((left, right)):
        whole.paste(Image.open(io.BytesIO(picture)).resize((300, 300)), (300 * number, 0))
    return encoded(whole, "PNG")


def files_left() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob("pictor-search-*"))


async def test_a_picture_alone_finds_its_original_and_leaves_nothing(stage: Stage) -> None:
    pictures = [drawn(seed) for seed in range(4)]
    kept = [await stage.keep(picture) for picture in pictures]
    before = files_left()
    answer = (await stage.client.post(SEARCH, **an_upload(half_size(pictures[2]), limit=2))).json()
    assert ids(answer)[0] == kept[2]
    assert len(answer["items"]) == 2
    assert [hit["band"] for hit in answer["items"]] == ["near_duplicate", "similar"]
    assert (answer["space"], answer["trained"], answer["coverage"]) == (SPACE, True, 1.0)
    assert files_left() == before


async def test_the_same_bytes_and_the_same_pixels_are_exact(stage: Stage) -> None:
    picture = drawn(1)
    kept = await stage.keep(picture)
    as_png = encoded(Image.open(io.BytesIO(picture)), "PNG")
    for content, media_type in ((picture, "image/jpeg"), (as_png, "image/png")):
        answer = await stage.client.post(SEARCH, content=content, headers={"content-type": media_type})
        assert [(UUID(hit["image"]["id"]), hit["band"]) for hit in answer.json()["items"]] == [(kept, "exact")]


async def test_options_of_a_picture_alone_stand_in_the_query(stage: Stage) -> None:
    picture = drawn(1)
    labelled = await stage.keep(picture, labels=(TERRIER,))
    shared = await stage.keep(half_size(picture), owner=OTHER, public=True)
    assert ids((await stage.client.post(SEARCH, **an_upload(picture, label="dog"))).json()) == [labelled]
    assert ids((await stage.client.post(SEARCH, **an_upload(picture, owner=OTHER.identity))).json()) == [shared]
    probed = (await stage.client.post(SEARCH, **an_upload(picture, recall_probe=True))).json()
    assert probed["recall_probe"]["recall"] == 1.0


async def test_only_the_embedding_is_asked_for_in_batches(stage: Stage) -> None:
    await stage.keep(drawn(0))
    names = [f"p{number}" for number in range(6)]
    answer = await stage.client.post(
        SEARCH,
        data={"request": json.dumps({"like": [{"upload": name} for name in names]})},
        files={name: (name, drawn(number), "image/jpeg") for number, name in enumerate(names)},
    )
    assert answer.status_code == 200
    assert stage.classifier.outputs == [["embedding"]] * 2
    assert stage.classifier.batches == [4, 2]


async def test_a_form_with_one_file_needs_no_request(stage: Stage) -> None:
    kept = await stage.keep(drawn(1))
    answer = await stage.client.post(SEARCH, files={"file": ("x.jpg", half_size(drawn(1)), "image/jpeg")})
    assert ids(answer.json()) == [kept]


async def test_a_form_mixes_uploads_and_images(stage: Stage) -> None:
    first, second, third = [await stage.keep(drawn(seed)) for seed in range(3)]
    request = {"like": [{"upload": "mine"}, {"image_id": str(first)}], "limit": 1}
    for part in ({"data": {"request": json.dumps(request)}}, {"request": request}):
        files = {"mine": ("x.jpg", half_size(drawn(1)), "image/jpeg")}
        if "request" in part:  # as browsers send JSON from a Blob: with a file name
            files["request"] = ("blob", json.dumps(part.pop("request")).encode(), "application/json")
        answer = await stage.client.post(SEARCH, files=files, **part)
        assert answer.status_code == 200, answer.text
        assert ids(answer.json()) == [second]
    assert third not in ids(answer.json())


async def test_several_likes_and_unlikes(stage: Stage) -> None:
    one, two = await stage.put(axis(1)), await stage.put(axis(0, 1))
    between = await stage.put(axis(1, 1))
    apart = await stage.put(axis(1, 0, 0.3))
    away = await stage.put(axis(0, 1, 0.3))
    both = (await asked(stage, like=[{"image_id": str(one)}, {"image_id": str(two)}])).json()
    assert ids(both) == [between, apart, away]
    assert both["items"][0]["score"] == pytest.approx(1, abs=1e-3)
    turned = (await asked(stage, like=[{"image_id": str(between)}], unlike=[{"image_id": str(two)}])).json()
    assert ids(turned)[:2] == [one, apart]
    assert two not in ids(turned)


async def test_like_a_vector(stage: Stage) -> None:
    near, far = await stage.put(axis(1, 0.1)), await stage.put(axis(0.1, 1))
    answer = (await asked(stage, like=[{"vector": axis(9).tolist()}])).json()
    assert ids(answer) == [near, far]
    assert {hit["band"] for hit in answer["items"]} == {"similar"}
    assert stage.classifier.batches == []


async def test_filters_in_json(stage: Stage) -> None:
    dog = await stage.put(axis(1), labels=(TERRIER,))
    await stage.put(axis(1), labels=("n02123045",))
    body = {"like": [{"vector": axis(1).tolist()}], "filter": {"label": ["dog"], "owner": "me"}, "min_score": 0.5}
    assert ids((await asked(stage, **body)).json()) == [dog]


async def test_a_region_of_a_stored_image(stage: Stage) -> None:
    left, right = drawn(1, size=(300, 300)), drawn(2, size=(300, 300))
    kept_left, kept_right = await stage.keep(left), await stage.keep(right)
    both = await stage.keep(side_by_side(left, right))
    for x, wanted in ((0.0, kept_left), (0.5, kept_right)):
        region = {"x": x, "y": 0, "width": 0.5, "height": 1}
        answer = (await asked(stage, like=[{"image_id": str(both), "region": region}], limit=1)).json()
        assert ids(answer) == [wanted]
        assert answer["items"][0]["score"] > 0.99
        assert answer["items"][0]["band"] == "similar"


async def test_a_region_of_an_upload(stage: Stage) -> None:
    left, right = drawn(1, size=(300, 300)), drawn(2, size=(300, 300))
    await stage.keep(left)
    kept_right = await stage.keep(right)
    region = {"x": 0.5, "y": 0, "width": 0.5, "height": 1}
    answer = await stage.client.post(
        SEARCH,
        data={"request": json.dumps({"like": [{"upload": "both", "region": region}], "limit": 1})},
        files={"both": ("both.png", side_by_side(left, right), "image/png")},
    )
    assert ids(answer.json()) == [kept_right]


async def test_a_region_of_a_foreign_image_is_not_found(stage: Stage) -> None:
    foreign = await stage.keep(drawn(1), owner=OTHER)
    region = {"x": 0, "y": 0, "width": 1, "height": 1}
    answer = await asked(stage, like=[{"image_id": str(foreign), "region": region}])
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_model_that_has_embedded_nothing_finds_nothing(stage: Stage) -> None:
    await stage.keep(drawn(1))
    stage.classifier.space = "new-000000000000"
    answer = (await stage.client.post(SEARCH, **an_upload(drawn(1)))).json()
    assert (answer["items"], answer["space"], answer["coverage"]) == ([], "new-000000000000", 0.0)


async def test_an_upload_without_a_model_is_not_even_read(stage: Stage) -> None:
    stage.classifier.state = "missing"
    answer = await stage.client.post(SEARCH, **an_upload(b"not an image"))
    assert (answer.status_code, answer.json()["code"]) == (503, "model_missing")
    assert answer.headers["retry-after"] == "15"


async def test_a_model_that_goes_away_meanwhile_is_passed_on(stage: Stage) -> None:
    await stage.client.post(SEARCH, **an_upload(drawn(1)))
    stage.classifier.state = "missing"  # the report of a moment ago still says ready
    answer = await stage.client.post(SEARCH, **an_upload(drawn(1)))
    assert (answer.status_code, answer.json()["code"]) == (503, "model_missing")
    assert answer.headers["retry-after"] == "15"


NO_IMAGES = [
    (b"", 422, "empty_body"),
    (b"hello, this is no image", 415, "unsupported_image"),
    (drawn(1)[: len(drawn(1)) // 2], 422, "corrupt_image"),
    (b"GIF89a", 422, "corrupt_image"),
]


async def test_what_is_no_image_is_refused(stage: Stage, subtests: pytest.Subtests) -> None:
    before = files_left()
    for content, status, code in NO_IMAGES:
        with subtests.test(content=content[:20]):
            answer = await stage.client.post(SEARCH, **an_upload(content))
            assert (answer.status_code, answer.json()["code"]) == (status, code)
            assert answer.headers["content-type"] == "application/problem+json"
    assert files_left() == before


async def test_too_many_pixels_are_refused(stage: Stage) -> None:
    huge = encoded(Image.new("L", (12_000, 5_000)), "PNG")
    answer = await stage.client.post(SEARCH, content=huge, headers={"content-type": "image/png"})
    assert (answer.status_code, answer.json()["code"]) == (422, "image_too_large")


async def test_too_large_a_file_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PICTURE_LIMIT", 1000)
    before = files_left()
    alone = await stage.client.post(SEARCH, **an_upload(drawn(1)))
    halves = {name: (name, drawn(1)[:600], "image/jpeg") for name in ("a", "b")}
    form = await stage.client.post(
        SEARCH, data={"request": json.dumps({"like": [{"upload": "a"}, {"upload": "b"}]})}, files=halves
    )
    for answer in (alone, form):
        assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")
    assert files_left() == before


async def test_a_body_over_the_limit_is_refused_before_it_is_read(stage: Stage) -> None:
    headers = {"content-type": "image/jpeg", "content-length": str(26 * 1024 * 1024)}
    answer = await stage.client.post(SEARCH, content=b"", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")


async def test_another_type_is_refused(stage: Stage, subtests: pytest.Subtests) -> None:
    for kind in ("text/plain", "image/svg+xml", "application/octet-stream", ""):
        with subtests.test(kind=kind):
            answer = await stage.client.post(SEARCH, content=drawn(1), headers={"content-type": kind})
            assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


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
        answer = await stage.client.post(SEARCH, data={"request": json.dumps(request)}, files=file)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_two_parts_of_one_name_are_refused(stage: Stage) -> None:
    files = [("file", ("x.jpg", drawn(1), "image/jpeg")), ("file", ("y.jpg", drawn(2), "image/jpeg"))]
    answer = await stage.client.post(SEARCH, files=files)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


async def test_bodies_that_cannot_be_read(stage: Stage) -> None:
    for kind, content, code in (
        ("application/json", b"{", "invalid_json"),
        ("multipart/form-data", b"x", "bad_request"),
    ):
        answer = await stage.client.post(SEARCH, content=content, headers={"content-type": kind})
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
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_vector")


async def test_nothing_is_embedded_yet(stage: Stage) -> None:
    answer = await asked(stage, like=[{"vector": [1.0]}])
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_embedded")
    assert answer.headers["retry-after"]


async def test_an_unknown_image_among_the_examples_is_not_found(stage: Stage) -> None:
    known = await stage.put(axis(1))
    foreign = await stage.put(axis(1), owner=OTHER)
    answer = await asked(stage, like=[{"image_id": str(known)}], unlike=[{"image_id": str(foreign)}])
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
