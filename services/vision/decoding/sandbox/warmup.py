"""Run every path of decoding once on pictures of our own, so that a child finds all it needs in memory.

Pillow imports lazily, and a confined child can open no file.
"""

from io import BytesIO

from PIL import Image, ImageCms

from services.vision.decoding.errors import DecodeError
from services.vision.decoding.model import Box, DecodeLimits, DecodeRequest, ModelInput, VariantSpec
from services.vision.decoding.sandbox.child import decode

_SIZE = (48, 32)
_FILES = (("L", "JPEG"), ("RGB", "JPEG"), ("CMYK", "JPEG"), ("P", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG"))
_MORE_FILES = (("RGB", "WEBP"), ("RGBA", "WEBP"), ("P", "GIF"))


def warm_up() -> None:
    """Decode small pictures of each type with EXIF and a colour profile, whole and cut in half."""
    request = DecodeRequest(
        variants=(VariantSpec("jpeg", 16, "jpeg"), VariantSpec("webp", 8, "webp")),
        model_input=ModelInput(8),
        rotation=90,
        region=Box(0, 0, 0.5, 0.5),
    )
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0x9003] = "2024:05:01 12:34:56"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # Another name, or it would be taken for what it is and not converted.
    profile = profile.replace("sRGB".encode("utf-16-be"), "warm".encode("utf-16-be"))
    for mode, kind in _FILES + _MORE_FILES:
        file = BytesIO()
        Image.new(mode, _SIZE).save(file, format=kind, exif=exif, icc_profile=profile)
        data = file.getvalue()
        for content in (data, data[: len(data) // 2]):
            try:
                decode(content, request, DecodeLimits())
            except DecodeError:
                continue
