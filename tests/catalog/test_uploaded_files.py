"""Files as they come: of each type, turned, moving, and under all kinds of names."""

from itertools import count

import pytest

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture, encoded, opened, quarters, some_exif

pytestmark = pytest.mark.asyncio(loop_scope="module")
NUMBERS = count()
"""No two tests share an image."""


@pytest.mark.parametrize(("file_format", "media_type"), [
    ("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif"),
])  # fmt: skip
async def test_the_type_is_what_the_bytes_are_not_what_the_header_says(
    shared_catalog: RunningCatalog, file_format: str, media_type: str
) -> None:
    data = a_picture("blue", number=next(NUMBERS), file_format=file_format)
    answer = await shared_catalog.client.post("/v1/images", content=data, headers={"content-type": "image/x-whatever"})
    assert (answer.status_code, answer.json()["media_type"]) == (201, media_type)
    content = await shared_catalog.client.get(answer.json()["urls"]["content"])
    assert (content.content, content.headers["content-type"]) == (data, media_type)


async def test_an_animation_is_kept_whole_and_shown_by_its_first_frame(shared_catalog: RunningCatalog) -> None:
    frames = [opened(a_picture(colour)) for colour in ("green", "red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    image = await shared_catalog.upload(data)
    assert (await shared_catalog.client.get(image["urls"]["content"])).content == data
    thumb = opened((await shared_catalog.client.get(image["urls"]["thumb"])).content)
    red, green, blue = thumb.getpixel((40, 30))
    assert green > max(red, blue) + 80


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_size_follows_the_orientation_of_exif(shared_catalog: RunningCatalog, orientation: int) -> None:
    image = await shared_catalog.upload(quarters(size=(80, 40), exif=some_exif(orientation=orientation)))
    assert (image["width"], image["height"]) == ((80, 40) if orientation < 5 else (40, 80))


@pytest.mark.parametrize(("sent", "plain", "encoded_name"), [
    ("holiday.jpg", "holiday.jpg", "holiday.jpg"),
    ('a "quoted" name.jpg', "a _quoted_ name.jpg", "a%20%22quoted%22%20name.jpg"),
    ("Ünïcödé 猫.jpg", "_n_c_d_ _.jpg", "%C3%9Cn%C3%AFc%C3%B6d%C3%A9%20%E7%8C%AB.jpg"),
    ("semi;colon'.jpg", "semi_colon_.jpg", "semi%3Bcolon%27.jpg"),
])  # fmt: skip
async def test_the_original_is_downloaded_under_its_name(
    shared_catalog: RunningCatalog, sent: str, plain: str, encoded_name: str
) -> None:
    image = await shared_catalog.upload(a_picture(number=next(NUMBERS)), file_name=sent)
    header = (await shared_catalog.client.get(image["urls"]["content"])).headers["content-disposition"]
    assert header == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded_name}"


@pytest.mark.parametrize(("sent", "kept"), [
    ("/home/ada/photos/sea.jpg", "sea.jpg"), ("C:\\photos\\sea.jpg", "sea.jpg"), ("../../sea.jpg", "sea.jpg"),
])  # fmt: skip
async def test_of_a_path_in_a_form_the_last_part_is_the_name(
    shared_catalog: RunningCatalog, sent: str, kept: str
) -> None:
    body = (
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{sent}"\r\n\r\n'.encode()
        + a_picture(number=next(NUMBERS)) + b"\r\n--b--\r\n"
    )  # fmt: skip
    answer = await shared_catalog.client.post(
        "/v1/images", content=body, headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 201, answer.text
    header = (await shared_catalog.client.get(answer.json()["urls"]["content"])).headers["content-disposition"]
    assert header == f"attachment; filename=\"{kept}\"; filename*=UTF-8''{kept}"


async def test_without_a_name_the_title_or_the_id_is_the_name(shared_catalog: RunningCatalog) -> None:
    titled = await shared_catalog.upload(a_picture(number=next(NUMBERS)), title='x"\r\nset-cookie: a=b')
    answer = await shared_catalog.client.get(titled["urls"]["content"])
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"x___set-cookie_ a_b.jpg\"; filename*=UTF-8''x%22%0D%0Aset-cookie%3A%20a%3Db.jpg"
    )
    bare = await shared_catalog.upload(a_picture(number=next(NUMBERS)))
    header = (await shared_catalog.client.get(bare["urls"]["content"])).headers["content-disposition"]
    assert f'filename="{bare["id"]}.jpg"' in header
