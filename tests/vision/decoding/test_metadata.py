"""What we take from metadata, and that nobody else gets any of it."""

from datetime import UTC, datetime
from functools import cache
from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from services.vision.decoding import Decoder, DecodeRequest, VariantSpec
from tests.vision.decoding.conftest import Write
from tests.vision.decoding.drawing import encoded, photo

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOTH = (VariantSpec("jpeg", None, "jpeg"), VariantSpec("webp", None, "webp"))
MARK = b"do-not-publish"


def exif(**tags: str) -> Image.Exif:
    block = Image.Exif()
    block[0x010F] = "A camera maker"  # Pillow writes no block that has nothing at its top
    numbers = {"original": 0x9003, "offset": 0x9011, "digitized": 0x9004}
    for name, value in tags.items():
        block.get_ifd(0x8769)[numbers[name]] = value
    return block


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"original": "2024:05:01 12:34:56"}, datetime(2024, 5, 1, 12, 34, 56, tzinfo=UTC)),
        ({"original": "2024:05:01 12:34:56", "offset": "+02:00"}, datetime(2024, 5, 1, 10, 34, 56, tzinfo=UTC)),
        ({"original": "2024:01:01 00:30:00", "offset": "-09:30"}, datetime(2024, 1, 1, 10, 0, 0, tzinfo=UTC)),
        ({"original": "2024:01:01 00:30:00", "offset": "nonsense"}, datetime(2024, 1, 1, 0, 30, 0, tzinfo=UTC)),
        ({"original": "2024-05-01T12:34:56"}, datetime(2024, 5, 1, 12, 34, 56, tzinfo=UTC)),
        ({"original": "0000:00:00 00:00:00"}, None),
        ({"original": "2024:13:01 12:34:56"}, None),
        ({"original": "    :  :     :  :  "}, None),
        ({"original": "0001:01:01 00:00:00", "offset": "+14:00"}, None),
        ({"original": "2024:05:01 12:34:56", "offset": "+99:00"}, datetime(2024, 5, 1, 12, 34, 56, tzinfo=UTC)),
        ({"digitized": "2024:05:01 12:34:56"}, datetime(2024, 5, 1, 12, 34, 56, tzinfo=UTC)),
        ({}, None),
    ],
)
async def test_the_time_of_exposure_is_in_utc(
    decoder: Decoder, write: Write, tags: dict[str, str], expected: datetime | None
) -> None:
    decoded = await decoder.decode(write(encoded(photo(1), "JPEG", exif=exif(**tags))))
    assert decoded.taken_at == expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_each_format_has_its_date(decoder: Decoder, write: Write, kind: str) -> None:
    data = encoded(photo(1), kind, exif=exif(original="2024:05:01 12:34:56"))
    assert (await decoder.decode(write(data))).taken_at == datetime(2024, 5, 1, 12, 34, 56, tzinfo=UTC)


@pytest.mark.parametrize("block", [b"Exif\0\0", b"Exif\0\0MM\0*", b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 40])
async def test_broken_exif_costs_the_date_only(decoder: Decoder, write: Write, block: bytes) -> None:
    decoded = await decoder.decode(write(encoded(photo(1), "JPEG", exif=block)))
    assert (decoded.width, decoded.height, decoded.taken_at) == (500, 375, None)


@cache
def full_of_secrets() -> dict[str, bytes]:
    block = exif(original="2024:05:01 12:34:56")
    block[0x010E] = MARK.decode()
    block.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 29: MARK.decode()})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), MARK[:4].decode().encode("utf-16-be"))
    xmp = b"<x:xmpmeta>" + MARK + b"</x:xmpmeta>"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", MARK.decode())
    text.add_itxt("XML:com.adobe.xmp", xmp.decode())
    everything = {"exif": block, "icc_profile": profile}
    return {
        "JPEG": encoded(photo(1), "JPEG", xmp=xmp, comment=MARK, **everything) + MARK,
        "PNG": encoded(photo(1), "PNG", pnginfo=text, **everything) + MARK,
        "WEBP": encoded(photo(1), "WEBP", xmp=xmp, **everything) + MARK,
        "GIF": encoded(photo(1), "GIF", comment=MARK) + MARK,
    }


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_variants_carry_pixels_and_nothing_else(decoder: Decoder, write: Write, kind: str) -> None:
    data = full_of_secrets()[kind]
    assert MARK in data
    decoded = await decoder.decode(write(data), DecodeRequest(variants=BOTH))
    for file in decoded.variants.values():
        assert MARK not in file
        assert not any(name in file for name in (b"Exif", b"xmp", b"ICC", b"GPS"))
        with Image.open(BytesIO(file)) as image:
            assert len(image.getexif()) == 0
            assert not image.info.keys() & {"exif", "icc_profile", "xmp", "comment", "photoshop"}
    assert decoded.variants["jpeg"].endswith(b"\xff\xd9")
    assert int.from_bytes(decoded.variants["webp"][4:8], "little") + 8 == len(decoded.variants["webp"])
