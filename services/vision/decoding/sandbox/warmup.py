"""Run every path of decoding once on pictures of our own, so that a child finds all it needs in memory.

Pillow imports lazily, and a confined child can open no file.
"""

from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms

from services.vision.decoding.errors import DecodeError
from services.vision.decoding.model import Box, DecodeLimits, DecodeRequest, ModelInput, VariantSpec
from services.vision.decoding.sandbox.child import decode
from services.vision.decoding.sandbox.samples import SAMPLES

_SIZE = (48, 32)
_FILES = (("L", "JPEG"), ("RGB", "JPEG"), ("CMYK", "JPEG"), ("P", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG"))
_MORE_FILES = (("RGB", "WEBP"), ("RGBA", "WEBP"), ("P", "GIF"), ("1", "PNG"), ("RGB", "BMP"), ("RGB", "JPEG2000"))
_TIFF_COMPRESSIONS = ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits")
_WHOLE = DecodeRequest(variants=(VariantSpec("jpeg", None, "jpeg"), VariantSpec("webp", None, "webp")))
_PARTS = DecodeRequest(
    variants=(VariantSpec("jpeg", 16, "jpeg"), VariantSpec("webp", 8, "webp")),
    model_input=ModelInput(8),
    rotation=90,
    region=Box(0, 0, 0.5, 0.5),
)


def warm_up() -> None:
    """Decode small pictures of each type with EXIF, XMP and a colour profile, whole and cut in half."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2024:05:01 12:34:56"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # Another name, or it would be taken for what it is and not converted.
    profile = profile.replace("sRGB".encode("utf-16-be"), "warm".encode("utf-16-be"))
    options = {"exif": exif, "icc_profile": profile, "xmp": b"<x xmlns:e='http://ns.adobe.com/exif/1.0/'/>"}
    for mode, kind in _FILES + _MORE_FILES:
        _try(_written(mode, kind, **options))
    for compression in _TIFF_COMPRESSIONS:
        _try(_written("RGB", "TIFF", compression=compression, icc_profile=profile))
    for sample in SAMPLES.values():
        _try(sample)


def _written(mode: str, kind: str, **options: object) -> bytes:
    file = BytesIO()
    Image.new(mode, _SIZE).save(file, format=kind, **options)
    return file.getvalue()


def _try(data: bytes) -> None:
    for content in (data, data[: len(data) // 2]):
        for request in (_WHOLE, _PARTS):
            with suppress(DecodeError):
                decode(content, request, DecodeLimits())
