"""What is damaged is shown as far as it goes, and says so; colours are what a second library makes of them."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from services.vision.decoding import CorruptImage, Decoder, DecodeRequest, ModelInput
from tests.vision.decoding import containers as made
from tests.vision.decoding.conftest import Write
from tests.vision.decoding.drawing import encoded, photo

pytestmark = pytest.mark.asyncio(loop_scope="module")
SMALL = DecodeRequest(model_input=ModelInput(16))
PHOTO = photo(4, (320, 240))
JPEG, PNG = encoded(PHOTO, "JPEG", quality=90), encoded(PHOTO, "PNG")
AT_TEXT = 33  # behind the header of a PNG


def with_chunk(chunk: bytes, data: bytes = PNG) -> bytes:
    return data[:AT_TEXT] + chunk + data[AT_TEXT:]


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


DAMAGED = {
    "jpeg without its end": (JPEG[:-2], ["truncated"]),
    "half a jpeg": (JPEG[: len(JPEG) // 2], ["truncated", "partial_picture"]),
    "stray marker in a jpeg": (JPEG[:-3000] + b"\xff\xa5" + JPEG[-2998:], ["damaged_pixels"]),
    "half a png": (PNG[: len(PNG) // 2], ["damaged_pixels", "truncated", "partial_picture"]),
    "png without its end": (PNG[:-12], ["truncated"]),
    "wrong checksum of a text": (with_chunk(made.chunk(b"tEXt", b"Comment\0x", crc=1)), ["chunk_ignored"]),
    "wrong length of a text": (with_chunk(made.chunk(b"tEXt", b"Comment\0x", length=5_000_000)), ["chunk_ignored"]),
    "short gamma": (with_chunk(made.chunk(b"gAMA", b"\0\0")), ["chunk_ignored"]),
    "transparency that does not fit": (with_chunk(made.chunk(b"tRNS", b"\0\0")), ["chunk_ignored"]),
    "unknown compression of a profile": (with_chunk(made.chunk(b"iCCP", b"a\0\5xyz")), ["chunk_ignored"]),
    "two megabytes of text": (with_chunk(made.chunk(b"zTXt", b"a\0\0" + made.deflated_zeros(2 << 20))), []),
    "gif without its trailer": (encoded(PHOTO.quantize(64), "GIF")[:-1], ["truncated"]),
    "nested entities": (
        with_chunk(made.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")),
        ["metadata_ignored"],
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
async def test_it_is_shown_and_says_what_is_wrong(decoder: Decoder, write: Write, name: str) -> None:
    data, codes = DAMAGED[name]
    decoded = await decoder.decode(write(data), SMALL)
    assert [warning.code for warning in decoded.warnings] == codes
    assert (decoded.width, decoded.height) == (320, 240)
    whole = np.asarray(PHOTO.resize((16, 16), Image.Resampling.BILINEAR), dtype=np.int16)
    assert decoded.model_input is not None
    assert np.abs(decoded.model_input[:4].astype(np.int16) - whole[:4]).mean() < 12  # its first rows at least


async def test_what_shows_nothing_is_refused_in_our_words(decoder: Decoder, write: Write) -> None:
    for data in (JPEG.partition(b"\xff\xda")[0], PNG[:45], made.png(made.ihdr(9, 9), rows=b"\xa5" * 40)):
        with pytest.raises(CorruptImage, match=r"nothing can be shown|no header or no pixels"):
            await decoder.decode(write(data), SMALL)


async def test_the_count_of_exif_entries_is_bounded(decoder: Decoder, write: Write) -> None:
    entries = b"".join(struct.pack(">HHII", number, 4, 1, 5) for number in range(5_000))
    block = b"MM\0*\0\0\0\x08" + struct.pack(">H", 5_000) + entries
    decoded = await decoder.decode(write(with_chunk(made.chunk(b"eXIf", block))), SMALL)
    assert [warning.code for warning in decoded.warnings] == ["metadata_ignored"]


COLOURS = ((220, 30, 30), (30, 190, 40), (29, 40, 210), (200, 200, 200))


def squares(colours: tuple[tuple[int, int, int], ...]) -> Image.Image:
    image = Image.new("RGB", (64, 64))
    for number, colour in enumerate(colours):
        image.paste(colour, (number % 2 * 32, number // 2 * 32, number % 2 * 32 + 32, number // 2 * 32 + 32))
    return image


def to_linear(value: int) -> int:
    return round(255 * (value / 255) ** 2.2)


async def shown(decoder: Decoder, data: bytes) -> list[tuple[int, ...]]:
    decoded = await decoder.decode_bytes(data, DecodeRequest(model_input=ModelInput(64)))
    assert decoded.model_input is not None
    return [tuple(decoded.model_input[y, x].tolist()) for y, x in ((16, 16), (16, 48), (48, 16), (48, 48))]


async def test_gamma_is_undone(decoder: Decoder) -> None:
    linear = squares(tuple(tuple(map(to_linear, colour)) for colour in COLOURS))  # type: ignore[misc]
    gamma = made.chunk(b"gAMA", struct.pack(">I", 100_000))
    found = await shown(decoder, with_chunk(gamma, encoded(linear, "PNG")))
    assert np.abs(np.subtract(found, COLOURS)).max() <= 3  # 8 bits of linear light are coarse in the dark


async def test_coded_colours_are_as_a_profile_of_them(decoder: Decoder) -> None:
    """Display P3 by its numbers is what it is by an ICC profile: lcms makes (240, 0, 0) of this red."""
    coded = made.chunk(b"cICP", bytes([12, 13, 0, 1]))
    red, _, _, grey = await shown(decoder, with_chunk(coded, encoded(squares(COLOURS), "PNG")))
    assert np.abs(np.subtract(red, (240, 0, 0))).max() <= 2
    assert np.abs(np.subtract(grey, (200, 200, 200))).max() <= 1


async def test_a_grey_profile_holds_beside_alpha(decoder: Decoder) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    grey = profile[:16] + b"GRAY" + profile[20:].replace(b"rTRC", b"kTRC", 1)
    plain = Image.linear_gradient("L").resize((64, 64))
    both = [encoded(image, "PNG", icc_profile=grey) for image in (plain, plain.convert("LA"))]
    assert await shown(decoder, both[0]) == await shown(decoder, both[1])


@pytest.mark.parametrize("depth", [1, 2, 4, 16])
async def test_transparency_of_every_depth(decoder: Decoder, depth: int) -> None:
    row = {1: b"\x00\xff", 2: b"\x00\xff", 4: b"\x00\xff", 16: b"\x01\x02" * 8 + b"\x01\x03" * 8}[depth]
    width = 16 if depth in (1, 16) else 16 // depth
    key = struct.pack(">H", 0x0102 if depth == 16 else 0)
    rows = zlib.compress(b"".join(b"\0" + row for _ in range(16)))
    data = made.png(made.ihdr(width, 16, depth=depth), made.chunk(b"tRNS", key), rows=rows)
    decoded = await decoder.decode_bytes(data, DecodeRequest(model_input=ModelInput(16)))
    assert decoded.model_input is not None
    assert decoded.model_input[8, 1].tolist() == [255, 255, 255]
    assert decoded.model_input[8, 14].tolist() == ([1, 1, 1] if depth == 16 else [255, 255, 255])


async def test_a_colour_key_of_16_bits_is_all_of_them(decoder: Decoder) -> None:
    near, key = struct.pack(">3H", 0x1000, 0x2000, 0x3001), struct.pack(">3H", 0x1000, 0x2000, 0x3000)
    rows = zlib.compress(b"".join(b"\0" + key * 8 + near * 8 for _ in range(16)))
    data = made.png(made.ihdr(16, 16, depth=16, colour=made.RGB), made.chunk(b"tRNS", key), rows=rows)
    decoded = await decoder.decode_bytes(data, DecodeRequest(model_input=ModelInput(16)))
    assert decoded.model_input is not None
    assert decoded.model_input[8, 1].tolist() == [255, 255, 255]
    assert decoded.model_input[8, 14].tolist() == [0x10, 0x20, 0x30]
