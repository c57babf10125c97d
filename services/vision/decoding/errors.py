"""What can go wrong with a picture: one shallow tree, each class with a stable code."""

from typing import ClassVar


class DecodeError(Exception):
    """A picture was not decoded. ``code`` is stable; the message is one sentence for people, free of paths."""

    code: ClassVar[str] = "decode_error"


class UnsupportedImage(DecodeError):
    """The bytes are of no format that is decoded, whatever the file is called."""

    code = "unsupported_image"


class CorruptImage(DecodeError):
    """The bytes begin like an image of an allowed type, but not even the first rows of it can be shown."""

    code = "corrupt_image"


class ImageTooLarge(DecodeError):
    """The header promises more pixels, or a longer side, than the limits allow."""

    code = "image_too_large"


class DecodeLimitExceeded(DecodeError):
    """Decoding needed more time or memory than it may have, or its process died."""

    code = "decode_limit_exceeded"


class DecoderBusy(DecodeError):
    """No picture can be taken now, whatever it is: the queue is full, or the decoder stopped or did not start."""

    code = "decoder_busy"


ERRORS_BY_CODE: dict[str, type[DecodeError]] = {
    kind.code: kind for kind in (UnsupportedImage, CorruptImage, ImageTooLarge, DecodeLimitExceeded)
}
"""The errors a decoding process may answer with."""
