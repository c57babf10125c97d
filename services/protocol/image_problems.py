"""What is wrong with an image that was sent, by the codes of the sandboxed decoder: one meaning in all services."""

from typing import NoReturn

from services.kit.http.problems import ApiError, Unavailable, UnprocessableContent, UnsupportedMediaType
from services.vision.decoding.media_types import FORMATS

IMAGE_TYPES = tuple(name for name, known in FORMATS.items() if not known.is_raw)
"""What is sent most; camera RAW goes in too. The bytes decide."""


class NotAnImageType(UnsupportedMediaType):
    """The Content-Type is none that is taken: the body was not read."""


class UnsupportedImage(UnsupportedMediaType):
    """The bytes are none of the image types that are taken."""

    code = "unsupported_image"


class CorruptImage(UnprocessableContent):
    code = "corrupt_image"


class ImageTooLarge(UnprocessableContent):
    """More pixels than are decoded."""

    code = "image_too_large"


class DecodingCost(UnprocessableContent):
    """Decoding needed more time or memory than it may have."""

    code = "decode_limit_exceeded"


class DecoderBusy(Unavailable):
    code = "decoder_busy"


IMAGE_PROBLEMS: tuple[type[ApiError], ...] = (
    NotAnImageType,
    UnsupportedImage,
    CorruptImage,
    ImageTooLarge,
    DecodingCost,
)
_BY_CODE = {kind.code: kind for kind in (UnsupportedImage, ImageTooLarge, DecodingCost)}


def refuse_image(code: str, message: str, cause: Exception) -> NoReturn:
    """Raise the problem for one of the decoder's codes."""
    if code == DecoderBusy.code:
        raise DecoderBusy("Too many images are being decoded; try again shortly.", retry_after_s=1) from cause
    raise _BY_CODE.get(code, CorruptImage)(message) from cause
