"""Pictures come out the way they were seen: EXIF first, then the turn that a person asked for."""

from typing import Any

import pytest

from services.vision.decoding import Box, Decoder, DecodeRequest, ModelInput, VariantSpec
from services.vision.decoding.model import Rotation
from tests.vision.decoding.conftest import Write
from tests.vision.decoding.drawing import (
    BLUE,
    GREEN,
    RED,
    UPRIGHT_CORNERS,
    WHITE,
    Colour,
    corners,
    corners_of,
    pixels_of,
    taken_sideways,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOSSLESS: dict[str, dict[str, Any]] = {"JPEG": {"quality": 95, "subsampling": 0}, "PNG": {}, "WEBP": {"lossless": True}}
VARIANTS = (VariantSpec("jpeg", None, "jpeg"), VariantSpec("webp", 48, "webp"))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", LOSSLESS)
async def test_every_exif_orientation_comes_out_upright(
    decoder: Decoder, write: Write, kind: str, orientation: int
) -> None:
    path = write(taken_sideways(corners((96, 64)), orientation, kind, **LOSSLESS[kind]))
    decoded = await decoder.decode(path, DecodeRequest(variants=VARIANTS, model_input=ModelInput(50)))
    assert (decoded.width, decoded.height) == (96, 64)
    assert decoded.model_input is not None
    assert corners_of(decoded.model_input) == UPRIGHT_CORNERS
    full, small = pixels_of(decoded.variants["jpeg"]), pixels_of(decoded.variants["webp"])
    assert full.shape == (64, 96, 3)
    assert small.shape == (32, 48, 3)
    assert corners_of(full) == corners_of(small) == UPRIGHT_CORNERS


@pytest.mark.parametrize(
    ("rotation", "expected", "shape"),
    [
        (0, (RED, GREEN, BLUE, WHITE), (64, 96, 3)),
        (90, (BLUE, RED, WHITE, GREEN), (96, 64, 3)),
        (180, (WHITE, BLUE, GREEN, RED), (64, 96, 3)),
        (270, (GREEN, WHITE, RED, BLUE), (96, 64, 3)),
    ],
)
@pytest.mark.parametrize("orientation", [1, 6])
async def test_rotation_turns_the_variants_clockwise_and_nothing_else(
    decoder: Decoder,
    write: Write,
    orientation: int,
    rotation: Rotation,
    expected: tuple[Colour, ...],
    shape: tuple[int, ...],
) -> None:
    path = write(taken_sideways(corners((96, 64)), orientation, "JPEG", quality=95))
    request = DecodeRequest(variants=VARIANTS, model_input=ModelInput(50), rotation=rotation)
    decoded = await decoder.decode(path, request)
    assert (decoded.width, decoded.height) == (96, 64)
    assert decoded.model_input is not None
    assert corners_of(decoded.model_input) == UPRIGHT_CORNERS
    assert pixels_of(decoded.variants["jpeg"]).shape == shape
    assert corners_of(pixels_of(decoded.variants["jpeg"])) == expected
    assert corners_of(pixels_of(decoded.variants["webp"])) == expected


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("region", "colour"),
    [
        (Box(0, 0, 0.5, 0.5), RED),
        (Box(0.5, 0, 0.5, 0.5), GREEN),
        (Box(0, 0.5, 0.5, 0.5), BLUE),
        (Box(0.99, 0.99, 0.001, 0.001), WHITE),
    ],
)
async def test_a_region_is_a_part_of_the_upright_picture(
    decoder: Decoder, write: Write, orientation: int, region: Box, colour: Colour
) -> None:
    path = write(taken_sideways(corners((96, 64)), orientation, "JPEG", quality=95, subsampling=0))
    decoded = await decoder.decode(path, DecodeRequest(model_input=ModelInput(50), region=region))
    assert decoded.model_input is not None
    assert corners_of(decoded.model_input) == (colour,) * 4


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
async def test_an_orientation_that_does_not_exist_is_ignored(decoder: Decoder, write: Write, orientation: int) -> None:
    data = taken_sideways(corners((96, 64)), 1, "JPEG", quality=95)
    at = data.index(b"\x01\x12\x00\x03") + 8  # tag, type SHORT, count 1, value; big-endian as Pillow writes it
    assert data[at : at + 2] == b"\x00\x01"
    data = data[:at] + orientation.to_bytes(2, "big") + data[at + 2 :]
    decoded = await decoder.decode(write(data), DecodeRequest(model_input=ModelInput(50)))
    assert decoded.model_input is not None
    assert corners_of(decoded.model_input) == UPRIGHT_CORNERS
