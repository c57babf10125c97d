"""Every kind of file that is allowed gives its size, its type and its pixels."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from services.vision.decoding import Decoder, DecodeRequest, ModelInput, VariantSpec
from tests.vision.decoding.conftest import Write
from tests.vision.decoding.drawing import RED, corners, corners_of, encoded, photo

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHOTO = photo(1, (120, 90))
MODEL = DecodeRequest(model_input=ModelInput(64))


def grey16() -> Image.Image:
    rows = np.linspace(0, 65_535, 90, dtype=np.uint16)
    return Image.fromarray(np.repeat(rows[:, None], 120, axis=1))


def transparent(mode: str = "RGBA") -> Image.Image:
    """Black where it is solid (left), transparent on the right."""
    alpha = Image.new("L", (120, 90), 0)
    alpha.paste(255, (0, 0, 60, 90))
    image = Image.new("RGB", (120, 90), "black")
    image.putalpha(alpha)
    return image.convert(mode)


SOLID = {
    "jpeg": (encoded(PHOTO, "JPEG", quality=95), "image/jpeg"),
    "progressive jpeg": (encoded(PHOTO, "JPEG", quality=95, progressive=True), "image/jpeg"),
    "cmyk jpeg": (encoded(PHOTO.convert("CMYK"), "JPEG", quality=95), "image/jpeg"),
    "png": (encoded(PHOTO, "PNG"), "image/png"),
    "opaque rgba png": (encoded(PHOTO.convert("RGBA"), "PNG"), "image/png"),
    "webp": (encoded(PHOTO, "WEBP", quality=95), "image/webp"),
    "lossless webp": (encoded(PHOTO, "WEBP", lossless=True), "image/webp"),
    "palette png": (encoded(PHOTO.quantize(256), "PNG"), "image/png"),
    "gif": (encoded(PHOTO.quantize(256), "GIF"), "image/gif"),
}
GREY = {
    "grey jpeg": (encoded(PHOTO.convert("L"), "JPEG", quality=95), PHOTO.convert("L")),
    "grey png": (encoded(PHOTO.convert("L"), "PNG"), PHOTO.convert("L")),
    "grey and alpha png": (encoded(PHOTO.convert("LA"), "PNG"), PHOTO.convert("L")),
    "bilevel png": (encoded(PHOTO.convert("1"), "PNG"), PHOTO.convert("1")),
    "16-bit png": (encoded(grey16(), "PNG"), Image.fromarray((np.asarray(grey16()) >> 8).astype(np.uint8))),
    "grey gif": (encoded(PHOTO.convert("L"), "GIF"), PHOTO.convert("L")),
}
ALPHA = {
    "rgba png": encoded(transparent(), "PNG"),
    "grey and alpha png": encoded(transparent("LA"), "PNG"),
    "palette png": encoded(transparent().quantize(4), "PNG"),
    "colour key png": encoded(transparent().convert("RGB"), "PNG", transparency=(1, 2, 3)),
    "webp": encoded(transparent(), "WEBP", lossless=True),
    "gif": encoded(transparent(), "GIF"),
}


def squeezed(image: Image.Image) -> NDArray[np.int16]:
    return np.asarray(image.convert("RGB").resize((64, 64), Image.Resampling.BILINEAR), dtype=np.int16)


@pytest.mark.parametrize("name", SOLID)
async def test_colour_files(decoder: Decoder, write: Write, name: str) -> None:
    data, media_type = SOLID[name]
    decoded = await decoder.decode(write(data), MODEL)
    assert (decoded.media_type, decoded.width, decoded.height) == (media_type, 120, 90)
    assert decoded.taken_at is None
    assert decoded.variants == {}
    assert decoded.model_input is not None
    assert decoded.model_input.shape == (64, 64, 3)
    assert decoded.model_input.dtype == np.uint8
    assert decoded.model_input.flags.writeable
    assert np.abs(decoded.model_input - squeezed(PHOTO)).mean() < 6


@pytest.mark.parametrize("name", GREY)
async def test_grey_files(decoder: Decoder, write: Write, name: str) -> None:
    data, expected = GREY[name]
    decoded = await decoder.decode(write(data), MODEL)
    assert decoded.model_input is not None
    assert np.abs(decoded.model_input - squeezed(expected)).mean() < 2.5


@pytest.mark.parametrize("name", ALPHA)
async def test_what_is_transparent_is_white_to_the_model(decoder: Decoder, write: Write, name: str) -> None:
    decoded = await decoder.decode(write(ALPHA[name]), MODEL)
    assert decoded.model_input is not None
    right = decoded.model_input[:, 40:].mean()
    assert decoded.model_input[:, :24].mean() < 4
    assert right < 4 if name == "colour key png" else right > 250


async def test_a_colour_key_makes_its_colour_transparent(decoder: Decoder, write: Write) -> None:
    data = encoded(Image.new("RGB", (20, 20), RED), "PNG", transparency=RED)
    decoded = await decoder.decode(write(data), MODEL)
    assert decoded.model_input is not None
    assert decoded.model_input.min() == 255


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
async def test_of_an_animation_the_first_frame(decoder: Decoder, write: Write, kind: str) -> None:
    more = [Image.new("RGB", (96, 64), colour) for colour in ("black", "yellow", "cyan")]
    data = encoded(corners(), kind, save_all=True, append_images=more, duration=50)
    decoded = await decoder.decode(write(data), MODEL)
    assert (decoded.width, decoded.height) == (96, 64)
    assert decoded.model_input is not None
    assert corners_of(decoded.model_input) == ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))


async def test_a_multi_picture_file_is_its_first_picture(decoder: Decoder, write: Write) -> None:
    data = encoded(corners(), "MPO", save_all=True, append_images=[Image.new("RGB", (96, 64), "black")], quality=95)
    decoded = await decoder.decode(write(data), MODEL)
    assert decoded.media_type == "image/jpeg"
    assert decoded.model_input is not None
    assert corners_of(decoded.model_input)[0] == RED


async def test_bytes_in_memory_give_the_same_as_a_file(decoder: Decoder, write: Write) -> None:
    data = encoded(PHOTO, "JPEG")
    from_file, from_memory = await decoder.decode(write(data), MODEL), await decoder.decode_bytes(data, MODEL)
    assert from_file.model_input is not None
    assert from_memory.model_input is not None
    assert np.array_equal(from_file.model_input, from_memory.model_input)
    assert from_file.perceptual_hash == from_memory.perceptual_hash


async def test_one_picture_gives_one_model_input_whatever_else_is_asked_for(decoder: Decoder, write: Write) -> None:
    path = write(encoded(photo(2, (3000, 2000)), "JPEG"))
    alone = await decoder.decode(path, MODEL)
    specs = (VariantSpec("thumb", 256, "jpeg"), VariantSpec("preview", 1024, "webp"))
    together = await decoder.decode(path, DecodeRequest(variants=specs, model_input=ModelInput(64), rotation=90))
    assert alone.model_input is not None
    assert together.model_input is not None
    assert np.array_equal(alone.model_input, together.model_input)
    assert alone.perceptual_hash == together.perceptual_hash
