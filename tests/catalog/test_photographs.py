"""What a file says of its picture: shown, corrected, sorted and filtered by; and files that are not whole."""

from io import BytesIO

import pytest
from httpx import AsyncClient
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.vision.decoding.drawing import encoded, encoded_heic, encoded_jxl, photo
from tests.vision.decoding.raws import cr2, cr3, dng, raf

_EXIF, _GPS = 0x8769, 0x8825
PHOTO = photo(3, (96, 72))
XMP = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><r:Description "
    b"xmlns:d='http://purl.org/dc/elements/1.1/' xmlns:l='http://ns.adobe.com/lightroom/1.0/'><d:subject><r:Bag>"
    b"<r:li>Lisbon</r:li></r:Bag></d:subject><l:hierarchicalSubject><r:Bag><r:li>Places|Portugal|Lisbon</r:li></r:Bag>"
    b"</l:hierarchicalSubject></r:Description></r:RDF></x:xmpmeta>"
)


def taken(number: int, *, date: str | None = None, place: tuple[float, float] | None = None, **more: object) -> bytes:
    """A photograph with EXIF."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Drawn", f"Camera {number}"
    details = exif.get_ifd(_EXIF)
    details.update({0x829A: IFDRational(1, 125), 0x829D: IFDRational(28, 10), 0x8827: 100 * number, 0xA434: "35mm f/2"})
    if date is not None:
        details[0x9003] = date
    if place is not None:
        north, east = place
        degrees = {2: (abs(north), 0.0, 0.0), 4: (abs(east), 0.0, 0.0)}
        exif.get_ifd(_GPS).update({1: "N" if north >= 0 else "S", 3: "E" if east >= 0 else "W", **degrees})
    return encoded(photo(number, (96, 72)), "JPEG", exif=exif, **more)


FORMATS = {
    "image/heic": encoded_heic(PHOTO),
    "image/avif": encoded(PHOTO, "AVIF", speed=10),
    "image/tiff": encoded(PHOTO, "TIFF", compression="tiff_lzw"),
    "image/bmp": encoded(PHOTO, "BMP"),
    "image/jp2": encoded(PHOTO, "JPEG2000"),
    "image/jxl": encoded_jxl(PHOTO),
    "image/x-adobe-dng": dng(encoded(PHOTO, "JPEG")),
    "image/x-canon-cr2": cr2(encoded(PHOTO, "JPEG")),
    "image/x-canon-cr3": cr3(encoded(PHOTO, "JPEG")),
    "image/x-fuji-raf": raf(encoded(PHOTO, "JPEG")),
}


@pytest.mark.parametrize("media_type", FORMATS)
async def test_each_format_is_kept_and_shown(catalog: RunningCatalog, media_type: str) -> None:
    image = await catalog.upload(FORMATS[media_type])
    assert image["media_type"] == media_type
    turned = media_type in {"image/x-adobe-dng", "image/x-canon-cr2"}
    assert (image["width"], image["height"]) == ((72, 96) if turned else (96, 72))
    assert [warning["code"] for warning in image["warnings"]] == (["raw_preview"] if "x-" in media_type else [])
    original = await catalog.client.get(f"/v1/images/{image['id']}/content")
    assert (original.content, original.headers["content-type"]) == (FORMATS[media_type], media_type)
    for file_format in ("jpeg", "webp"):
        for preset in ("thumb", "preview", "full"):
            shown = await catalog.client.get(f"/v1/images/{image['id']}/variants/{preset}?format={file_format}")
            assert shown.status_code == 200
            with Image.open(BytesIO(shown.content)) as opened:
                assert opened.size == (image["width"], image["height"])


async def test_a_jpeg_without_its_end_is_kept_and_says_so(catalog: RunningCatalog) -> None:
    image = await catalog.upload(a_picture(size=(320, 240))[:-200])
    assert [warning["code"] for warning in image["warnings"]] == ["truncated", "partial_picture"]
    assert (await catalog.client.get(f"/v1/images/{image['id']}/variants/thumb")).status_code == 200


async def test_the_camera_is_told_to_all_and_the_place_to_the_owner(catalog: RunningCatalog) -> None:
    image = await catalog.upload(taken(2, date="2020:02:10 20:24:43", place=(-33.9, 18.4)), visibility="public")
    assert image["exif"] == {
        "make": "Drawn",
        "model": "Camera 2",
        "lens": "35mm f/2",
        "exposure_s": 0.008,
        "f_number": 2.8,
        "iso": 200,
        "focal_length_mm": None,
        "software": None,
        "orientation": None,
        "latitude": pytest.approx(-33.9),
        "longitude": pytest.approx(18.4),
        "altitude_m": None,
    }
    assert (image["taken_at"], image["taken_at_local"], image["time_zone_known"]) == (
        "2020-02-10T20:24:43Z",
        "2020-02-10T20:24:43",
        False,
    )
    other = catalog.bob
    seen = (await other.get(f"/v1/images/{image['id']}")).json()["exif"]
    assert seen == {**image["exif"], "latitude": None, "longitude": None}
    assert (await other.get("/v1/images?near=-33.9,18.4,50")).json()["items"] == []
    assert len((await other.get("/v1/images?camera=camera%202")).json()["items"]) == 1


async def test_a_correction_is_kept_with_its_zone(catalog: RunningCatalog) -> None:
    image = await catalog.upload(taken(1, date="2020:02:10 20:24:43"))
    here = f"/v1/images/{image['id']}"
    changed = await catalog.client.patch(here, json={"taken_at": "2019-07-14T12:20:56.5+05:30", "file_name": "a.jpg"})
    assert changed.status_code == 200, changed.text
    assert changed.json()["taken_at"] == "2019-07-14T06:50:56.500000Z"
    assert changed.json()["taken_at_local"] == "2019-07-14T12:20:56.5"
    assert changed.json()["time_zone_known"]
    assert changed.json()["file_name"] == "a.jpg"
    await catalog.client.post(f"{here}:reprocess")
    assert (await catalog.client.get(here)).json()["taken_at"] == "2019-07-14T06:50:56.500000Z"
    batch = {"updates": [{"id": image["id"], "taken_at": None}]}
    assert (await catalog.client.post("/v1/images:batchUpdate", json=batch)).status_code == 200
    cleared = (await catalog.client.get(here)).json()
    assert (cleared["taken_at"], cleared["taken_at_local"], cleared["file_name"]) == (None, None, "a.jpg")
    for wrong in ("2019-07-14", "2019-07-14T12:20:56", "0001-01-01T00:00:00Z", 5):
        assert (await catalog.client.patch(here, json={"taken_at": wrong})).status_code == 422, wrong


async def test_a_correction_whose_zone_nobody_knows(catalog: RunningCatalog) -> None:
    image = await catalog.upload(taken(1))
    here = f"/v1/images/{image['id']}"
    changed = (await catalog.client.patch(here, json={"taken_at_local": "1969-07-20T20:17:40"})).json()
    assert (changed["taken_at"], changed["taken_at_local"], changed["time_zone_known"]) == (
        "1969-07-20T20:17:40Z",
        "1969-07-20T20:17:40",
        False,
    )
    known = (await catalog.client.patch(here, json={"taken_at": "1969-07-20T20:17:40Z"})).json()
    assert (known["taken_at"], known["time_zone_known"]) == ("1969-07-20T20:17:40Z", True)
    for wrong in ("1969-07-20", "1969-07-20T20:17:40Z", "1969-02-30T20:17:40", "0001-01-01T00:00:00"):
        assert (await catalog.client.patch(here, json={"taken_at_local": wrong})).status_code == 422, wrong
    both = {"taken_at": None, "taken_at_local": None}
    assert (await catalog.client.patch(here, json=both)).status_code == 422
    cleared = (await catalog.client.patch(here, json={"taken_at_local": None})).json()
    assert (cleared["taken_at"], cleared["taken_at_local"]) == (None, None)


async def test_by_when_they_were_taken_and_by_camera(catalog: RunningCatalog) -> None:
    dates = {1: "2020:02:10 20:24:43", 2: "2018:03:04 05:06:07", 3: "2022:01:01 00:00:00", 4: None}
    for number, date in dates.items():
        await catalog.upload(taken(number, date=date, place=(52.0, 13.0 + number)))

    async def cameras(query: str) -> list[str]:
        found, cursor = list[str](), ""
        for _ in range(9):
            answer = (await catalog.client.get(f"/v1/images?{query}{cursor}")).json()
            found += [item["exif"]["model"][-1] for item in answer["items"]]
            if answer["next_cursor"] is None:
                return found
            cursor = f"&cursor={answer['next_cursor']}"
        pytest.fail("pages without end")

    assert await cameras("sort=taken_at&limit=1") == ["2", "1", "3", "4"]
    assert await cameras("sort=-taken_at&limit=3") == ["4", "3", "1", "2"]
    assert await cameras("camera=CAMERA%203") == ["3"]
    assert await cameras("lens=35mm&iso=200") == ["2"]
    assert await cameras("near=52,14,10") == ["1"]
    assert await cameras("near=52,14,80&sort=taken_at") == ["2", "1"]
    assert (await catalog.client.get("/v1/images?near=52")).status_code == 422


async def test_cameras_are_counted_over_what_is_found(catalog: RunningCatalog) -> None:
    for number, place in ((1, (52.0, 13.0)), (2, (52.0, 14.0)), (2, (52.0, 15.0))):
        await catalog.upload(taken(number, place=place), visibility="public")
    await catalog.upload(taken(4))
    await catalog.upload(a_picture())

    async def counted(client: AsyncClient, query: str = "") -> list[tuple[str, int]]:
        answer = (await client.get(f"/v1/images?limit=1&include=cameras&{query}")).json()
        return [(camera["name"], camera["count"]) for camera in answer["cameras"]]

    assert await counted(catalog.client) == [("Drawn Camera 2", 2), ("Drawn Camera 1", 1), ("Drawn Camera 4", 1)]
    assert await counted(catalog.client, "iso=100") == [("Drawn Camera 1", 1)]
    assert await counted(catalog.bob) == [("Drawn Camera 2", 2), ("Drawn Camera 1", 1)]
    assert (await catalog.client.get("/v1/images?limit=1")).json()["cameras"] is None


async def test_keywords_become_tags_where_that_is_asked_for(catalog: RunningCatalog) -> None:
    without = await catalog.upload(taken(1, xmp=XMP), tags=["trip"])
    assert without["tags"] == ["trip"]
    image = await catalog.upload(taken(2, xmp=XMP), tags=["trip"], import_keywords="true")
    assert [tag.lower() for tag in image["tags"]] == ["trip", "lisbon", "places/portugal/lisbon"]


async def test_a_name_tells_the_date_when_the_file_does_not(catalog: RunningCatalog) -> None:
    image = await catalog.upload(taken(1), file_name="IMG_20200210_202443.jpg")
    assert (image["taken_at_local"], image["time_zone_known"]) == ("2020-02-10T20:24:43", False)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a%22b%22.jpg", 'a"b".jpg'),
        ("a%0D%0Ab.jpg", "a  b.jpg"),
        ("a\tb.jpg", "a\tb.jpg"),
        ("100%.jpg", "100%.jpg"),
        ("folder/a.jpg", "a.jpg"),
    ],
)
async def test_a_name_in_a_form_is_what_it_was(catalog: RunningCatalog, sent: str, kept: str) -> None:
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{sent}"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = head.encode() + a_picture() + b"\r\n--b--\r\n"
    form = {"content-type": "multipart/form-data; boundary=b"}
    answer = await catalog.client.post("/v1/images:upload", content=body, headers=form)
    assert answer.status_code == 201, answer.text
    assert answer.json()["file_name"] == kept
