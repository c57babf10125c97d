"""The parent believes nothing that a child says: what is no answer is an error, never an exception of another kind."""

import json
import random
import struct
from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image

from services.vision.decoding import (
    Box,
    DecodedImage,
    DecodeError,
    DecodeLimits,
    DecodeRequest,
    ModelInput,
    VariantSpec,
)
from services.vision.decoding.model import CameraFacts, ImageWarning
from services.vision.decoding.sandbox.answers import largest_answer, to_image
from services.vision.decoding.sandbox.child import decode
from services.vision.decoding.sandbox.framing import Answer, Job, pack_answer, pack_exit
from tests.vision.decoding.drawing import encoded

LIMITS = DecodeLimits()
REQUEST = DecodeRequest(
    variants=(VariantSpec("thumb", 32, "jpeg"), VariantSpec("small", 16, "webp")), model_input=ModelInput(4)
)
JPEG, WEBP = b"\xff\xd8\xff thumb", b"RIFF small"
METADATA = {
    "taken": ["2024-05-01T14:34:56.250000", 7_200, "exif_date_time_original"],
    "camera": {"model": "Camera 1", "iso": 200, "latitude": 52.5},
    "keywords": ["sea"],
}
HEADER = {
    "media_type": "image/png",
    "width": 40,
    "height": 30,
    "metadata": METADATA,
    "warnings": [{"code": "truncated", "message": "The file ends early."}],
    "has_motion": True,
    "perceptual_hash": (1 << 64) - 1,
    "parts": [48, len(JPEG), len(WEBP)],
}
BODY = bytes(48) + JPEG + WEBP


def understood(raw: bytes) -> DecodedImage | DecodeError | None:
    """What the parent makes of these bytes; None where it calls them nonsense."""
    try:
        answer = Answer.unpack(bytearray(raw))
        return None if answer.header is None else to_image(answer.header, answer.body, REQUEST, LIMITS)
    except DecodeError as error:
        return error
    except ValueError:
        return None


def test_an_honest_answer() -> None:
    image = understood(pack_answer(HEADER, BODY) + pack_exit(0))
    assert isinstance(image, DecodedImage)
    assert (image.media_type, image.width, image.height, image.perceptual_hash) == ("image/png", 40, 30, (1 << 64) - 1)
    assert image.taken_at is not None
    assert image.taken_at.isoformat() == "2024-05-01T12:34:56.250000+00:00"
    assert image.metadata.camera == CameraFacts(model="Camera 1", iso=200, latitude=52.5)
    assert image.metadata.keywords == ("sea",)
    assert image.warnings == (ImageWarning("truncated", "The file ends early."),)
    assert image.has_motion
    assert image.model_input is not None
    assert image.model_input.shape == (4, 4, 3)
    assert image.variants == {"thumb": JPEG, "small": WEBP}


@pytest.mark.parametrize(
    "change",
    [
        {"media_type": "text/html"},
        {"media_type": ["image/png"]},
        {"width": 0},
        {"width": -1},
        {"height": 65_536},
        {"width": float("inf")},
        {"width": None},
        {"perceptual_hash": 1 << 64},
        {"perceptual_hash": -1},
        {"perceptual_hash": "many"},
        {"metadata": None},
        {"metadata": []},
        {"metadata": {**METADATA, "taken": ["yesterday", 0, "exif"]}},
        {"metadata": {**METADATA, "taken": ["2024-05-01T14:34:56+02:00", 0, "exif"]}},
        {"metadata": {**METADATA, "taken": ["2024-05-01T14:34:56", 10**9, "exif"]}},
        {"metadata": {**METADATA, "taken": ["0001-01-01T00:00:00", 7_200, "exif"]}},
        {"metadata": {**METADATA, "taken": 5}},
        {"metadata": {**METADATA, "camera": 5}},
        {"metadata": {**METADATA, "camera": {"iso": float("nan")}}},
        {"metadata": {**METADATA, "camera": {"latitude": ["52"]}}},
        {"metadata": {**METADATA, "keywords": 5}},
        {"metadata": {**METADATA, "keywords": [5]}},
        {"warnings": 5},
        {"warnings": [{"code": 5, "message": "?"}]},
        {"parts": []},
        {"parts": [48, len(JPEG)]},
        {"parts": [47, len(JPEG) + 1, len(WEBP)]},
        {"parts": [48, len(JPEG) - 1, len(WEBP) + 1]},
        {"parts": [-48, 96 + len(JPEG), len(WEBP)]},
        {"parts": 3},
        {"parts": [None]},
        {"error": "no_such_code", "message": ""},
        {"error": ["corrupt_image"]},
    ],
)
def test_a_lie_in_the_header_is_noticed(change: dict[str, Any]) -> None:
    assert understood(pack_answer({**HEADER, **change}, BODY)) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PDA1",
        bytes(40),
        struct.pack(">4sIQ", b"PDA1", 2**32 - 1, 0),
        struct.pack(">4sIQ", b"PDA1", 10, 2**64 - 1) + bytes(10),
        struct.pack(">4sIQ", b"PDA1", 2, 0) + b"[]",
        struct.pack(">4sIQ", b"PDA1", 4_000, 0) + b"[" * 4_000,
        struct.pack(">4sIQ", b"PDA1", 2, 0) + b"\xff\xff",
    ],
)
def test_bytes_that_are_no_answer_are_none(raw: bytes) -> None:
    assert understood(raw) is None


def test_no_damage_to_an_answer_leads_to_another_exception() -> None:
    chance = random.Random(1)  # noqa: S311 damage, not a secret
    good = pack_answer(HEADER, BODY) + pack_exit(0)
    for _ in range(5_000):
        raw = bytearray(good)
        for _ in range(chance.choice((1, 1, 3, 20))):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        understood(bytes(raw[: chance.randrange(len(raw) + 1)]) if chance.random() < 0.3 else bytes(raw))


def test_a_message_is_one_short_printable_line() -> None:
    error = understood(pack_answer({"error": "corrupt_image", "message": "a\nforged\x1b[31m line" + "x" * 900}))
    assert isinstance(error, DecodeError)
    assert error.code == "corrupt_image"
    assert str(error).startswith("a?forged?[31m line")
    assert str(error).isprintable()
    assert len(str(error)) == 300


def test_an_exit_code_is_found_behind_what_was_written() -> None:
    assert Answer.unpack(bytearray(pack_exit(-24))).exit_code == -24
    half = pack_answer(HEADER, BODY)[:60] + pack_exit(-9)
    assert (Answer.unpack(bytearray(half)).header, Answer.unpack(bytearray(half)).exit_code) == (None, -9)


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_the_largest_honest_answer_fits(kind: Literal["jpeg", "webp"]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (600, 600, 3), dtype=np.uint8)
    request = DecodeRequest(
        variants=(VariantSpec("a", 512, kind), VariantSpec("b", 8, kind)), model_input=ModelInput(299)
    )
    answer = decode(encoded(Image.fromarray(noise), "PNG", compress_level=1), request, LIMITS)
    assert len(answer) < largest_answer(request, LIMITS) < 4_000_000


def test_a_job_survives_the_way() -> None:
    request = DecodeRequest(
        variants=(VariantSpec("thumb", 256, "jpeg"), VariantSpec("full", None, "webp")),
        model_input=ModelInput(299),
        rotation=270,
        region=Box(0.1, 0.2, 0.3, 0.4),
    )
    job = Job(7, request, DecodeLimits(max_pixels=5, wall_s=0.5))
    assert Job.unpack(json.loads(job.pack())) == job
