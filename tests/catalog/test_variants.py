"""Smaller copies: presets, formats, upright and rotated, made when asked for, kept, and free of metadata."""

import asyncio
from itertools import count

import pytest

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture, corners, opened, quarters, some_exif
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")
NUMBERS = count()
"""No two tests share an image."""
UPRIGHT = ("red", "green", "blue", "yellow")
TURNED = {
    0: UPRIGHT,
    90: ("blue", "red", "yellow", "green"),
    180: ("yellow", "blue", "green", "red"),
    270: ("green", "yellow", "red", "blue"),
}


@pytest.mark.parametrize(("preset", "size"), [("thumb", (256, 128)), ("preview", (1024, 512)), ("full", (1600, 800))])
@pytest.mark.parametrize(("file_format", "pillow_name"), [("jpeg", "JPEG"), ("webp", "WEBP")])
async def test_each_preset_comes_in_each_format(
    shared_catalog: RunningCatalog, preset: str, size: tuple[int, int], file_format: str, pillow_name: str
) -> None:
    image = await shared_catalog.upload(quarters(number=next(NUMBERS), size=(1600, 800)))
    answer = await shared_catalog.client.get(
        f"/v1/images/{image['id']}/variants/{preset}", params={"format": file_format}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"image/{file_format}")
    picture = opened(answer.content)
    assert (picture.format, picture.size, corners(answer.content)) == (pillow_name, size, UPRIGHT)


async def test_a_small_image_is_not_made_larger(shared_catalog: RunningCatalog) -> None:
    image = await shared_catalog.upload(a_picture(number=next(NUMBERS), size=(64, 48)))
    for preset in ("thumb", "preview", "full"):
        answer = await shared_catalog.client.get(f"/v1/images/{image['id']}/variants/{preset}")
        assert opened(answer.content).size == (64, 48)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
async def test_variants_follow_the_rotation_of_the_image(shared_catalog: RunningCatalog, rotation: int) -> None:
    image = await shared_catalog.upload(quarters(number=next(NUMBERS), size=(80, 40)))
    changed = await shared_catalog.client.patch(f"/v1/images/{image['id']}", json={"rotation": rotation})
    assert changed.json()["rotation"] == rotation
    assert (changed.json()["width"], changed.json()["height"]) == (80, 40)
    for url in (*changed.json()["urls"].values(), f"/v1/images/{image['id']}/variants/full"):
        if "variants" in url:
            data = (await shared_catalog.client.get(url)).content
            assert corners(data) == TURNED[rotation], url
            assert opened(data).size == ((80, 40) if rotation in {0, 180} else (40, 80))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
async def test_a_rotation_in_the_query_overrules_the_image(shared_catalog: RunningCatalog, rotation: int) -> None:
    image = await shared_catalog.upload(quarters(number=next(NUMBERS)))
    await shared_catalog.client.patch(f"/v1/images/{image['id']}", json={"rotation": 180})
    answer = await shared_catalog.client.get(f"/v1/images/{image['id']}/variants/thumb", params={"rotation": rotation})
    assert corners(answer.content) == TURNED[rotation]


async def test_exif_orientation_and_rotation_add_up(shared_catalog: RunningCatalog) -> None:
    lying = quarters(
        number=next(NUMBERS), size=(40, 80), exif=some_exif(orientation=6)
    )  # to be shown turned by 90 degrees
    image = await shared_catalog.upload(lying)
    url = f"/v1/images/{image['id']}/variants/full"
    assert corners((await shared_catalog.client.get(url)).content) == TURNED[90]
    turned = await shared_catalog.client.get(url, params={"rotation": 90})
    assert (corners(turned.content), opened(turned.content).size) == (TURNED[180], (40, 80))


async def test_nothing_private_is_in_a_variant(shared_catalog: RunningCatalog) -> None:
    data = quarters(
        number=next(NUMBERS), size=(600, 300), exif=some_exif(orientation=1, taken="2020:01:01 00:00:00", private=True)
    )
    assert b"Secret Camera" in data
    image = await shared_catalog.upload(data)
    for preset in ("thumb", "preview", "full"):
        for file_format in ("jpeg", "webp"):
            answer = await shared_catalog.client.get(
                f"/v1/images/{image['id']}/variants/{preset}", params={"format": file_format}
            )
            assert b"Secret Camera" not in answer.content
            assert b"Exif" not in answer.content
            assert dict(opened(answer.content).getexif()) == {}


async def test_what_was_made_once_is_kept(shared_catalog: RunningCatalog) -> None:
    image = await shared_catalog.upload(a_picture(number=next(NUMBERS)))
    before = shared_catalog.objects()
    answers = await asyncio.gather(
        *(
            shared_catalog.client.get(f"/v1/images/{image['id']}/variants/full?rotation=90&format=webp")
            for _ in range(8)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    [made] = set(shared_catalog.objects()) - set(before)
    assert made.endswith("/full-90.v2.webp")


async def test_with_rotation_and_renderer_in_the_url_it_may_be_cached_for_ever(shared_catalog: RunningCatalog) -> None:
    image = await shared_catalog.upload(a_picture(number=next(NUMBERS)))
    lasting = await shared_catalog.client.get(image["urls"]["thumb"])
    fleeting = await shared_catalog.client.get(f"/v1/images/{image['id']}/variants/thumb")
    older = await shared_catalog.client.get(f"/v1/images/{image['id']}/variants/thumb?rotation=0&renderer=1")
    assert lasting.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert (older.headers["cache-control"], older.content) == ("private, no-cache", lasting.content)
    assert fleeting.headers["cache-control"] == "private, no-cache"
    assert lasting.headers["etag"] == fleeting.headers["etag"]
    for name, value in (
        ("x-content-type-options", "nosniff"), ("content-security-policy", "default-src 'none'; sandbox"),
    ):  # fmt: skip
        assert lasting.headers[name] == fleeting.headers[name] == value
    await shared_catalog.client.patch(f"/v1/images/{image['id']}", json={"rotation": 90})
    again = await shared_catalog.client.get(
        f"/v1/images/{image['id']}/variants/thumb", headers={"if-none-match": fleeting.headers["etag"]}
    )
    assert again.status_code == 200
    same = await shared_catalog.client.get(image["urls"]["thumb"], headers={"if-none-match": lasting.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_a_variant_understands_range(shared_catalog: RunningCatalog) -> None:
    image = await shared_catalog.upload(a_picture(number=next(NUMBERS)))
    whole = await shared_catalog.client.get(image["urls"]["thumb"])
    part = await shared_catalog.client.get(image["urls"]["thumb"], headers={"range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, whole.content[2:6])


@pytest.mark.parametrize(("path", "pointer"), [
    ("huge", "/path/preset"), ("thumb?rotation=45", "/query/rotation"), ("thumb?format=gif", "/query/format"),
    ("..%2f..", None),
])  # fmt: skip
async def test_there_are_no_other_variants(shared_catalog: RunningCatalog, path: str, pointer: str | None) -> None:
    image = await shared_catalog.upload(a_picture(number=next(NUMBERS)))
    answer = await shared_catalog.client.get(f"/v1/images/{image['id']}/variants/{path}")
    if pointer is None:
        assert_problem(answer, 404, "not_found")
    else:
        assert_problem(answer, 422, "validation_failed", pointers=[pointer])


async def test_a_variant_that_a_power_failure_left_empty_is_made_again(shared_catalog: RunningCatalog) -> None:
    image = await shared_catalog.upload(a_picture(number=next(NUMBERS)))
    whole = await shared_catalog.client.get(image["urls"]["thumb"])
    folder = shared_catalog.settings.store_folder
    assert folder is not None
    [kept] = folder.glob(f"images/*/{image['id']}/thumb-0.v2.jpeg")
    kept.write_bytes(b"")
    again = await shared_catalog.client.get(image["urls"]["thumb"])
    assert (again.status_code, opened(again.content).size) == (200, opened(whole.content).size)
