"""Sandboxed image decoding: untrusted bytes in, size, date, hash, variants and model input out.

``Decoder`` loads on first use: the zygote is a module of this package, and what this file imports lies in its memory.
"""

from typing import TYPE_CHECKING

from services.vision.decoding.errors import (
    CorruptImage,
    DecodeError,
    DecodeLimitExceeded,
    DecoderBusy,
    ImageTooLarge,
    UnsupportedImage,
)
from services.vision.decoding.model import Box, DecodedImage, DecodeLimits, DecodeRequest, ModelInput, VariantSpec

if TYPE_CHECKING:
    from services.vision.decoding.decoder import Decoder

__all__ = [
    "Box",
    "CorruptImage",
    "DecodeError",
    "DecodeLimitExceeded",
    "DecodeLimits",
    "DecodeRequest",
    "DecodedImage",
    "Decoder",
    "DecoderBusy",
    "ImageTooLarge",
    "ModelInput",
    "UnsupportedImage",
    "VariantSpec",
]


def __getattr__(name: str) -> type["Decoder"]:
    if name != "Decoder":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from services.vision.decoding.decoder import Decoder  # noqa: PLC0415 see the docstring

    return Decoder
