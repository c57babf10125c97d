"""Variants: never enlarged, as small as asked for, in colours that every screen shows, and of pixels only."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from services.vision.decoding import Decoder, DecodeRequest, ModelInput, VariantSpec
from tests.vision.decoding.conftest import Write
from tests.vision.decoding.drawing import encoded, photo, pixels_of, swapped_profile

pytestmark = pytest.mark.asyncio(loop_scope="module")

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
BOTH = (VariantSpec("jpeg", 64, "jpeg"), VariantSpec("webp", 64, "webp"))


def opened(file: bytes) -> Image.Image:
    return Image.open(BytesIO(file))


def at(image: Image.Image, x: int) -> tuple[int, ...]:
    """The pixel at height 30."""
    pixel = image.getpixel((x, 30))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize(
    ("size", "max_side", "expected"),
    [
        ((500, 375), 256, (256, 192)),
        ((375, 500), 256, (192, 256)),
        ((200, 150), 256, (200, 150)),
        ((2000, 3), 256, (256, 1)),
        ((1, 1), 256, (1, 1)),
        ((500, 375), None, (500, 375)),
    ],
)
async def test_sizes(
    decoder: Decoder, write: Write, size: tuple[int, int], max_side: int | None, expected: tuple[int, int]
) -> None:
    specs = (VariantSpec("jpeg", max_side, "jpeg"), VariantSpec("webp", max_side, "webp"))
    decoded = await decoder.decode(write(encoded(photo(1, size), "PNG")), DecodeRequest(variants=specs))
    for name, kind in (("jpeg", "JPEG"), ("webp", "WEBP")):
        variant = opened(decoded.variants[name])
        assert (variant.format, variant.size) == (kind, expected)


async def test_variants_keep_their_names_whatever_their_order(decoder: Decoder, write: Write) -> None:
    specs = tuple(VariantSpec(f"v{side}", side, "jpeg") for side in (32, 300, 8, 100))
    decoded = await decoder.decode(write(encoded(photo(1), "JPEG")), DecodeRequest(variants=specs))
    assert {name: max(opened(file).size) for name, file in decoded.variants.items()} == {
        "v32": 32,
        "v300": 300,
        "v8": 8,
        "v100": 100,
    }


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_variants_look_like_the_original(decoder: Decoder, write: Write, kind: str) -> None:
    original = photo(3, (1500, 1000))
    specs = (VariantSpec("large", 1024, "jpeg"), VariantSpec("small", 96, "webp"))
    decoded = await decoder.decode(write(encoded(original, kind, quality=95)), DecodeRequest(variants=specs))
    for name in ("large", "small"):
        pixels = pixels_of(decoded.variants[name]).astype(np.int16)
        expected = np.asarray(original.resize((pixels.shape[1], pixels.shape[0]), Image.Resampling.BICUBIC))
        assert np.abs(pixels - expected).mean() < 5


async def test_a_full_variant_of_the_longest_side_fits_webp(decoder: Decoder, write: Write) -> None:
    data = encoded(Image.new("RGB", (16_384, 3)), "PNG")
    decoded = await decoder.decode(write(data), DecodeRequest(variants=(VariantSpec("full", None, "webp"),)))
    assert opened(decoded.variants["full"]).size == (16_383, 3)


async def test_alpha_is_kept_in_webp_and_white_in_jpeg(decoder: Decoder, write: Write) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((200, 30, 30, 255), (0, 0, 32, 64))
    decoded = await decoder.decode(write(encoded(image, "PNG")), DecodeRequest(variants=BOTH))
    webp, jpeg = opened(decoded.variants["webp"]), opened(decoded.variants["jpeg"])
    assert webp.mode == "RGBA"
    assert (at(webp, 60)[3], at(webp, 4)[3]) == (0, 255)
    assert jpeg.mode == "RGB"
    assert min(at(jpeg, 60)) > 250
    assert at(jpeg, 4)[0] > 150


async def test_scaling_down_does_not_mix_in_the_colour_of_what_is_transparent(decoder: Decoder, write: Write) -> None:
    pixels = np.zeros((128, 128, 4), np.uint8)
    pixels[::2, ::2] = 255  # white dots on transparent black
    request = DecodeRequest(variants=(VariantSpec("webp", 16, "webp"),), model_input=ModelInput(16))
    decoded = await decoder.decode(write(encoded(Image.fromarray(pixels), "PNG")), request)
    assert decoded.model_input is not None
    assert decoded.model_input.min() > 250
    assert pixels_of(decoded.variants["webp"]).min() > 240


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_colours_are_converted_to_srgb(decoder: Decoder, write: Write, kind: str) -> None:
    red = Image.new("RGB", (64, 64), (255, 0, 0))
    data = encoded(red, kind, icc_profile=swapped_profile(), quality=95)
    decoded = await decoder.decode(write(data), DecodeRequest(variants=BOTH, model_input=ModelInput(8)))
    assert decoded.model_input is not None
    for pixels in (decoded.model_input, *(pixels_of(file) for file in decoded.variants.values())):
        red_part, green_part, blue_part = pixels.reshape(-1, 3).mean(axis=0)
        assert green_part > 240
        assert max(red_part, blue_part) < 15


@pytest.mark.parametrize("profile", [SRGB, b"", b"rubbish", SRGB[:200], b"\xff" * 3000], ids=lambda p: str(len(p)))
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
async def test_a_profile_of_no_use_changes_nothing(decoder: Decoder, write: Write, mode: str, profile: bytes) -> None:
    image = photo(4, (64, 64)).convert(mode)
    plain = await decoder.decode(write(encoded(image, "JPEG")), DecodeRequest(model_input=ModelInput(32)))
    tagged = await decoder.decode(
        write(encoded(image, "JPEG", icc_profile=profile)), DecodeRequest(model_input=ModelInput(32))
    )
    assert plain.model_input is not None
    assert tagged.model_input is not None
    assert np.abs(plain.model_input.astype(np.int16) - tagged.model_input).max() <= 2


async def test_colours_are_converted_under_alpha_too(decoder: Decoder, write: Write) -> None:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 128))
    data = encoded(image, "PNG", icc_profile=swapped_profile())
    decoded = await decoder.decode(write(data), DecodeRequest(variants=BOTH))
    red, green, _, alpha = at(opened(decoded.variants["webp"]), 30)
    assert green > 240
    assert red < 15
    assert 120 < alpha < 136


async def test_cmyk_without_a_profile(decoder: Decoder, write: Write) -> None:
    data = encoded(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG", quality=95)
    decoded = await decoder.decode(write(data), DecodeRequest(variants=BOTH))
    assert opened(decoded.variants["jpeg"]).mode == "RGB"
    assert at(opened(decoded.variants["jpeg"]), 30)[0] > 240
    assert max(at(opened(decoded.variants["jpeg"]), 30)[1:]) < 15
