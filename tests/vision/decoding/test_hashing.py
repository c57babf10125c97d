"""The perceptual hash: as others compute it, the same for copies, far for other pictures."""

import math

import numpy as np
import pytest
from PIL import Image

from services.vision.decoding import Decoder
from tests.vision.decoding.conftest import Write
from tests.vision.decoding.drawing import encoded, photo, taken_sideways

pytestmark = pytest.mark.asyncio(loop_scope="module")

# str(imagehash.phash(Image.fromarray(default_rng(seed).integers(0, 256, (32, 32), uint8)))) of ImageHash 4.3.2
IMAGE_HASH = {0: 0x905DF6A4C35DB14A, 1: 0xB7382D32C2AA94F9, 2: 0x92DC016D5BC5167D, 3: 0xB2390D3AF147E85A}


def noise(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (32, 32), dtype=np.uint8))


def by_definition(image: Image.Image) -> int:
    """DCT-II by matrix product, after Krawetz and ImageHash."""
    pixels = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.LANCZOS), dtype=float)
    basis = np.array([[math.cos(math.pi * u * (2 * x + 1) / 64) for x in range(32)] for u in range(8)])
    low = basis @ pixels @ basis.T
    bits = (low > np.median(low)).ravel()
    return int("".join("1" if bit else "0" for bit in bits), 2)


def distance(one: int, other: int) -> int:
    return (one ^ other).bit_count()


@pytest.mark.parametrize(("seed", "expected"), IMAGE_HASH.items())
async def test_it_is_what_image_hash_computes(decoder: Decoder, seed: int, expected: int) -> None:
    assert (await decoder.decode_bytes(encoded(noise(seed), "PNG"))).perceptual_hash == expected


@pytest.mark.parametrize("seed", range(5))
async def test_it_follows_the_definition_on_photographs(decoder: Decoder, write: Write, seed: int) -> None:
    decoded = await decoder.decode(write(encoded(photo(seed), "PNG")))
    assert decoded.perceptual_hash == by_definition(photo(seed))


async def test_copies_are_near(decoder: Decoder, write: Write) -> None:
    original = photo(7, (1600, 1200))
    copies = {
        "jpeg": encoded(original, "JPEG", quality=90),
        "poor jpeg": encoded(original, "JPEG", quality=40),
        "smaller": encoded(original.resize((640, 480)), "JPEG"),
        "tiny": encoded(original.resize((128, 96)), "WEBP"),
        "webp": encoded(original, "WEBP", quality=60),
        "gif": encoded(original.resize((640, 480)), "GIF"),
        "alpha": encoded(original.convert("RGBA"), "PNG", compress_level=1),
        "sideways": taken_sideways(original, 6, "JPEG"),
    }
    reference = by_definition(original)
    for name, data in copies.items():
        decoded = await decoder.decode(write(data))
        assert distance(decoded.perceptual_hash, reference) <= 6, name


async def test_other_pictures_are_far(decoder: Decoder, write: Write) -> None:
    hashes = [(await decoder.decode(write(encoded(photo(seed), "JPEG")))).perceptual_hash for seed in range(12)]
    assert all(0 <= value < 1 << 64 for value in hashes)
    apart = [distance(one, other) for number, one in enumerate(hashes) for other in hashes[:number]]
    assert min(apart) >= 14


@pytest.mark.parametrize(("colour", "expected"), [("black", 0), ("white", 1 << 63), ((120, 3, 77), 1 << 63)])
async def test_a_flat_picture_has_no_random_bits(
    decoder: Decoder, write: Write, colour: str | tuple[int, int, int], expected: int
) -> None:
    decoded = await decoder.decode(write(encoded(Image.new("RGB", (64, 40), colour), "PNG")))
    assert decoded.perceptual_hash == expected
