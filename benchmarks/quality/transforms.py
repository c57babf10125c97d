"""Copies of a photograph, as people make them."""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

from tests.photographs import cropped, encoded, half_size

_MOST_PIXELS = 1600
_QUALITY = 90


def _opened(data: bytes) -> Image.Image:
    """Upright, in RGB."""
    with Image.open(io.BytesIO(data)) as picture:
        return ImageOps.exif_transpose(picture).convert("RGB")


def reduced(data: bytes) -> bytes:
    """The same file; one of more than 1600 pixels a side smaller, since a camera's takes seconds seven times over."""
    picture = _opened(data)
    if max(picture.size) <= _MOST_PIXELS:
        return data
    picture.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
    return encoded(picture, quality=95)


def _lossless(data: bytes) -> bytes:
    return encoded(_opened(data), "PNG")


def _encoded_again(data: bytes) -> bytes:
    return encoded(_opened(data), quality=40)


def _mirrored(data: bytes) -> bytes:
    return encoded(ImageOps.mirror(_opened(data)), quality=_QUALITY)


def _rotated(data: bytes) -> bytes:
    return encoded(_opened(data).transpose(Image.Transpose.ROTATE_90), quality=_QUALITY)


def _brighter(data: bytes) -> bytes:
    return encoded(ImageEnhance.Brightness(_opened(data)).enhance(1.4), quality=_QUALITY)


def _captioned(data: bytes) -> bytes:
    """White words on a black bar over the lower eighth."""
    picture = _opened(data)
    pen, bar = ImageDraw.Draw(picture), max(picture.height // 8, 12)
    top = picture.height - bar
    pen.rectangle((0, top, picture.width, picture.height), fill="black")
    pen.text((bar // 2, top + bar // 4), "a caption drawn on it", fill="white", font=ImageFont.load_default(bar // 2))
    return encoded(picture, quality=_QUALITY)


SAME = "as PNG"
"""The same pixels in another file: what the band `exact` is for."""
COPIES: dict[str, Callable[[bytes], bytes]] = {
    "JPEG of quality 40": _encoded_again,
    "half size": half_size,
    "crop to 80 %": cropped,
    "mirrored": _mirrored,
    "rotated by 90°": _rotated,
    "brighter": _brighter,
    "caption": _captioned,
}
TRANSFORMS = {SAME: _lossless, **COPIES}
