"""POST /v1/search/similar: three kinds of body, several examples, regions, and what is refused."""

import io
import json
from uuid import UUID

import pytest
from PIL import Image

from services.kit.testing.apps import a_user
from tests.photographs import drawn, encoded, half_size
from tests.similarity.asking import FORM, PICTURE, an_upload, asked, axis, files_left
from tests.similarity.fakes import SPACE
from tests.similarity.stage import Stage, ids

OTHER = a_user(2)
TERRIER = "n02093428"


def side_by_side(left: bytes, right: bytes) -> bytes:
    """One picture with two in it, each filling its half."""
    whole = Image.new("RGB", (600, 300))
    for number, picture in enumerate((left, right)):
        whole.paste(Image.open(io.BytesIO(picture)).resize((300, 300)), (300 * number, 0))
    return encoded(whole, "PNG")


async def test_a_picture_alone_finds_its_original_and_leaves_nothing(stage: Stage) -> None:
    pictures = [drawn(seed) for seed in range(4)]
    kept = [await stage.keep(picture) for picture in pictures]
    before = files_left()
    answer = (await stage.client.post(PICTURE, **an_upload(half_size(pictures[2]), limit=2))).json()
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
        answer = await stage.client.post(PICTURE, content=content, headers={"content-type": media_type})
        assert [(UUID(hit["image"]["id"]), hit["band"]) for hit in answer.json()["items"]] == [(kept, "exact")]


async def test_options_of_a_picture_alone_stand_in_the_query(stage: Stage) -> None:
    picture = drawn(1)
    labelled = await stage.keep(picture, labels=(TERRIER,))
    shared = await stage.keep(half_size(picture), owner=OTHER, public=True)
    assert ids((await stage.client.post(PICTURE, **an_upload(picture, label="dog"))).json()) == [labelled]
    assert ids((await stage.client.post(PICTURE, **an_upload(picture, owner=OTHER.identity))).json()) == [shared]
    probed = (await stage.client.post(PICTURE, **an_upload(picture, recall_probe=True))).json()
    assert probed["recall_probe"]["recall"] == 1.0


async def test_a_label_above_the_models_is_found_where_it_was_given_by_hand(stage: Stage) -> None:
    picture = drawn(1)
    by_hand = await stage.keep(picture, labels=("n02084071",))
    for label in ("dog", "n02084071", "canine"):
        assert ids((await stage.client.post(PICTURE, **an_upload(picture, label=label))).json()) == [by_hand]
    for label in ("terrier", TERRIER, "cat"):
        assert ids((await stage.client.post(PICTURE, **an_upload(picture, label=label))).json()) == []


async def test_only_the_embedding_is_asked_for_in_batches(stage: Stage) -> None:
    await stage.keep(drawn(0))
    names = [f"p{number}" for number in range(6)]
    answer = await stage.client.post(
        FORM,
        data={"request": json.dumps({"like": [{"upload": name} for name in names]})},
        files={name: (name, drawn(number), "image/jpeg") for number, name in enumerate(names)},
    )
    assert answer.status_code == 200
    assert stage.classifier.outputs == [["embedding"]] * 2
    assert stage.classifier.batches == [4, 2]


async def test_a_form_with_one_file_needs_no_request(stage: Stage) -> None:
    kept = await stage.keep(drawn(1))
    answer = await stage.client.post(FORM, files={"file": ("x.jpg", half_size(drawn(1)), "image/jpeg")})
    assert ids(answer.json()) == [kept]


async def test_a_form_mixes_uploads_and_images(stage: Stage) -> None:
    first, second, third = [await stage.keep(drawn(seed)) for seed in range(3)]
    request = {"like": [{"upload": "mine"}, {"image_id": str(first)}], "limit": 1}
    for part in ({"data": {"request": json.dumps(request)}}, {"request": request}):
        files = {"mine": ("x.jpg", half_size(drawn(1)), "image/jpeg")}
        if "request" in part:  # as browsers send JSON from a Blob: with a file name
            files["request"] = ("blob", json.dumps(part.pop("request")).encode(), "application/json")
        answer = await stage.client.post(FORM, files=files, **part)
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
        FORM,
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
    answer = (await stage.client.post(PICTURE, **an_upload(drawn(1)))).json()
    assert (answer["items"], answer["space"], answer["coverage"]) == ([], "new-000000000000", 0.0)
