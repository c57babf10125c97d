"""The catalog's own errors, on top of the kit's."""

from typing import NoReturn

from services.kit.problems import (
    ContentTooLarge,
    Forbidden,
    NotFound,
    Unavailable,
    UnprocessableContent,
    UnsupportedMediaType,
)
from services.vision.decoding import DecodeError, DecodeLimitExceeded, DecoderBusy, ImageTooLarge, UnsupportedImage


class NoSuchImage(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such image, or it is not yours to see.")


class NoSuchCollection(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such collection, or it is not yours.")


class NotOwner(Forbidden):
    code = "not_owner"

    def __init__(self) -> None:
        super().__init__("Only the owner may change or delete an image.")


class EmptyBody(UnprocessableContent):
    code = "empty_body"


class NotAnImage(UnsupportedMediaType):
    code = "unsupported_image"


class CorruptContent(UnprocessableContent):
    code = "corrupt_image"


class TooManyPixels(UnprocessableContent):
    code = "image_too_large"


class DecodingCost(UnprocessableContent):
    code = "decode_limit_exceeded"


class UnknownLabel(UnprocessableContent):
    code = "unknown_label"


class UploadTooLarge(ContentTooLarge):
    def __init__(self, limit: int) -> None:
        super().__init__(f"An image file may have {limit // (1024 * 1024)} MiB at the most.")


def refuse(error: DecodeError) -> NoReturn:
    """Raise what the outside sees of a decoding error."""
    if isinstance(error, DecoderBusy):
        raise Unavailable("Too many images are being decoded; try again shortly.", retry_after_s=1) from error
    for kind, ours in (
        (UnsupportedImage, NotAnImage),
        (ImageTooLarge, TooManyPixels),
        (DecodeLimitExceeded, DecodingCost),
    ):
        if isinstance(error, kind):
            raise ours(str(error)) from error
    raise CorruptContent(str(error)) from error
