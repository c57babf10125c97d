"""What the parent makes of an answer: nothing in it is believed that can be checked."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.vision.decoding.errors import ERRORS_BY_CODE, DecodeError
from services.vision.decoding.media_types import FORMATS
from services.vision.decoding.model import DecodedImage, DecodeLimits, DecodeRequest, VariantSpec
from services.vision.decoding.sandbox.framing import MAX_HEADER_BYTES
from services.vision.decoding.sandbox.metadata import metadata_in, warnings_in

_MAGIC = {"jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}
_BYTES_A_PIXEL = 3
_OVERHEAD_BYTES = 65_536
_MESSAGE_LENGTH = 300


def largest_answer(request: DecodeRequest, limits: DecodeLimits) -> int:
    """How many bytes an honest child may answer with: no variant is larger than its pixels."""
    pixels = (0 if request.model_input is None else request.model_input.size) ** 2
    for variant in request.variants:
        pixels += min(limits.max_pixels, (variant.max_side or limits.max_side) ** 2)
    return pixels * _BYTES_A_PIXEL + _OVERHEAD_BYTES * (1 + len(request.variants)) + MAX_HEADER_BYTES


def to_image(header: Mapping[str, Any], body: memoryview, request: DecodeRequest, limits: DecodeLimits) -> DecodedImage:
    """The decoded image, or the DecodeError that the child answered with. Raises ValueError for nonsense."""
    if "error" in header:
        raise _to_error(header)
    try:
        width, height, number = int(header["width"]), int(header["height"]), int(header["perceptual_hash"])
        lengths = [int(length) for length in header["parts"]]
        media_type, metadata = str(header["media_type"]), metadata_in(header["metadata"])
        warnings, has_motion = warnings_in(header["warnings"]), bool(header["has_motion"])
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("incomplete header") from error
    if not (1 <= width <= limits.max_side and 1 <= height <= limits.max_side):
        raise ValueError("size out of range")
    if not 0 <= number < 1 << 64 or media_type not in FORMATS:
        raise ValueError("header out of range")
    parts = _split(body, lengths)
    pixels = None
    if request.model_input is not None:
        pixels = _to_pixels(next(parts, b""), request.model_input.shape)
    variants = {variant.name: _to_variant(next(parts, b""), variant) for variant in request.variants}
    return DecodedImage(media_type, width, height, number, metadata, warnings, has_motion, pixels, variants)


def _to_error(header: Mapping[str, Any]) -> DecodeError:
    kind = ERRORS_BY_CODE.get(str(header["error"]))
    if kind is None:
        raise ValueError("unknown error")
    # It may quote the file: one line, printable, short.
    message = "".join(letter if letter.isprintable() else "?" for letter in str(header.get("message", "")))
    return kind(message[:_MESSAGE_LENGTH])


def _split(body: memoryview, lengths: list[int]) -> Iterator[bytes]:
    if any(length < 0 for length in lengths) or sum(lengths) != len(body):
        raise ValueError("parts do not add up")
    position = 0
    for length in lengths:
        yield bytes(body[position : position + length])
        position += length


def _to_pixels(part: bytes, shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    # A bytearray, so that the array is writable.
    return np.frombuffer(bytearray(part), dtype=np.uint8).reshape(shape)


def _to_variant(part: bytes, variant: VariantSpec) -> bytes:
    if not part.startswith(_MAGIC[variant.format]):
        raise ValueError("a variant is no image")
    return part
