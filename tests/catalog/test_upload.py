"""Keeping an image: raw and as a form, what is said of it, and the same bytes again."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.catalog.schemas.photograph import ImageExif
from services.kit.http.limits import MIB
from tests.catalog.factories import JPEG, RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

SAID = {"title": " The sea ", "description": "At dusk", "tags": ["Sea", "sea", " Dusk"], "visibility": "public"}


async def test_a_raw_body_is_kept_with_what_the_query_says(catalog: RunningCatalog) -> None:
    data = a_picture(size=(120, 80), taken="2021:07:14 09:30:00")
    answer = await catalog.client.post("/v1/images", params=SAID, content=data, headers=JPEG)
    assert answer.status_code == 201
    image = answer.json()
    here = f"/v1/images/{image['id']}"
    assert image == {
        "id": image["id"],
        "owner": {"id": "00000000-0000-0000-0000-000000000001", "name": "ada"},
        "title": "The sea",
        "description": "At dusk",
        "sha256": hashlib.sha256(data).hexdigest(),
        "media_type": "image/jpeg",
        "bytes": len(data),
        "width": 120,
        "height": 80,
        "rotation": 0,
        "file_name": None,
        "taken_at": "2021-07-14T09:30:00Z",
        "taken_at_local": "2021-07-14T09:30:00",
        "time_zone_known": False,
        "exif": dict.fromkeys(ImageExif.model_fields),
        "has_motion": False,
        "warnings": [],
        "visibility": "public",
        "state": "processing",
        "state_reason": None,
        "tags": ["sea", "dusk"],
        "labels": [],
        "urls": {
            "content": f"{here}/content",
            "thumb": f"{here}/variants/thumb?rotation=0&renderer=2",
            "preview": f"{here}/variants/preview?rotation=0&renderer=2",
        },
        "in_favorites": False,
        "created_at": image["created_at"],
        "updated_at": image["updated_at"],
        "duplicate": False,
        "mended": False,
        "restored": False,
    }
    assert UUID(image["id"]).version == 7
    assert abs(datetime.fromisoformat(image["created_at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert answer.headers["location"] == here
    read = await catalog.client.get(here)
    assert ({**read.json(), "duplicate": False, "mended": False, "restored": False}, read.headers["etag"]) == (
        image,
        answer.headers["etag"],
    )


async def test_row_job_and_objects_are_there_when_the_answer_is(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    folder = f"images/{image['id'][-2:]}/{image['id']}"
    assert catalog.objects() == [
        f"{folder}/{name}" for name in ("model-input", "original", "preview-0.v2.jpeg", "thumb-0.v2.jpeg")
    ]
    assert [
        (kind, str(image_id), state)
        for kind, image_id, state in await catalog.rows("SELECT kind, image_id, state FROM jobs")
    ] == [("ingest", image["id"], "queued")]


async def test_a_form_is_kept_with_what_its_fields_say(catalog: RunningCatalog) -> None:
    data = a_picture(file_format="PNG")
    answer = await catalog.client.post("/v1/images", files={"file": ("the sea.png", data, "image/png")}, data=SAID)
    assert answer.status_code == 201
    image = answer.json()
    said = {name: image[name] for name in ("title", "description", "tags", "visibility", "sha256", "media_type")}
    assert said == {
        "title": "The sea",
        "description": "At dusk",
        "tags": ["sea", "dusk"],
        "visibility": "public",
        "sha256": hashlib.sha256(data).hexdigest(),
        "media_type": "image/png",
    }
    assert answer.headers["location"] == f"/v1/images/{image['id']}"


async def test_a_list_in_a_form_may_be_json(catalog: RunningCatalog) -> None:
    """As generated clients for Java send it."""
    for number, (tags, kept) in enumerate(
        {'["sea","dusk"]': ["sea", "dusk"], "[dusk": ["[dusk"], "[]": [], '"sea"': ['"sea"']}.items()
    ):
        files = {"file": ("a.jpg", a_picture(number=number))}
        answer = await catalog.client.post("/v1/images:upload", files=files, data={"tags": tags})
        assert (answer.status_code, answer.json()["tags"]) == (201, kept)
    refused = await catalog.client.post("/v1/images:upload", files=files, data={"tags": "[1]"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/tags/0")


async def test_form_and_query_may_both_say_something_but_not_the_same(catalog: RunningCatalog) -> None:
    form = {"files": {"file": ("a.jpg", a_picture())}, "data": {"title": "form"}}
    twice = await catalog.client.post("/v1/images?title=query&description=query", **form)
    assert_problem(twice, 422, "validation_failed", pointers=["/title"])
    answer = await catalog.client.post("/v1/images?description=query", **form)
    assert (answer.json()["title"], answer.json()["description"]) == ("form", "query")


async def test_exactly_25_mib_are_accepted(catalog: RunningCatalog) -> None:
    picture = a_picture()
    image = await catalog.upload(picture + bytes(25 * MIB - len(picture)))
    assert image["bytes"] == 25 * MIB


async def test_the_same_bytes_again_give_the_image_that_is_there(catalog: RunningCatalog) -> None:
    first = await catalog.upload(title="First")
    before = catalog.objects()
    again = await catalog.client.post("/v1/images?title=Second", content=a_picture(), headers=JPEG)
    assert (again.status_code, again.json()) == (200, {**first, "duplicate": True, "mended": False, "restored": False})
    assert again.headers["location"] == f"/v1/images/{first['id']}"
    as_form = await catalog.client.post("/v1/images", files={"file": ("x.jpg", a_picture())})
    assert (as_form.status_code, as_form.json()) == (
        200,
        {**first, "duplicate": True, "mended": False, "restored": False},
    )
    assert catalog.objects() == before


async def test_the_same_bytes_of_another_person_are_another_image(catalog: RunningCatalog) -> None:
    ours, theirs = await catalog.upload(), await catalog.upload(by=2)
    assert ours["id"] != theirs["id"]
    assert ours["sha256"] == theirs["sha256"]
    assert (await catalog.bob.get(f"/v1/images/{ours['id']}")).status_code == 404


async def test_the_same_bytes_after_a_delete_are_a_new_image(catalog: RunningCatalog) -> None:
    first = await catalog.upload()
    assert (await catalog.client.delete(f"/v1/images/{first['id']}?permanent=true")).status_code == 204
    assert (await catalog.upload())["id"] != first["id"]
