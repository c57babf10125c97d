"""From bytes to a loaded picture: sniff, compare the header with the limits, decode at the size that is needed."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from PIL import Image, ImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from services.vision.decoding.errors import CorruptImage, DecodeError, ImageTooLarge
from services.vision.decoding.formats.exif import read_exif
from services.vision.decoding.formats.sniffing import KINDS, MediaType, check_complete, sniff
from services.vision.decoding.model import DecodeLimits, DecodeRequest

# The plugin classes themselves, not Image.open: that registers BMP and PPM beside the four, and its JPEG factory
# hands multi-picture files to a fifth plugin.
_PLUGINS: dict[MediaType, type[ImageFile.ImageFile]] = {
    "image/jpeg": JpegImageFile,
    "image/png": PngImageFile,
    "image/webp": WebPImageFile,
    "image/gif": GifImageFile,
}
_WORKABLE_MODES = ("L", "RGB", "RGBA", "CMYK")
_16_BIT_GREY_MODES = ("I", "I;16", "I;16B")
_SHRINK_FACTORS = (8, 4, 2)
# A JPEG is decoded no smaller than this, whatever was asked for: one picture gives one model input and one hash, with
# and without variants (a preview of 1024 pixels included).
_WORKING_LONG_SIDE = 1_366
_WORKING_SHORT_SIDE = 600
_MESSAGE_LENGTH = 120


@dataclass(frozen=True)
class Picture:
    """A loaded picture, not yet upright.

    ``image`` has mode L, RGB, RGBA or CMYK and may be smaller than the file says; ``extent`` is its (width, height) in
    pixels, fractional where shrinking did not come out even. ``width`` and ``height`` are the file's, upright.
    """

    media_type: MediaType
    image: Image.Image
    extent: tuple[float, float]
    width: int
    height: int
    orientation: int
    taken_at: datetime | None
    icc_profile: bytes | None


def open_picture(data: bytes, request: DecodeRequest, limits: DecodeLimits) -> Picture:
    """Load the first frame. Raises DecodeError, or MemoryError when the process may take no more."""
    media_type = sniff(data)
    # Pillow's own guard acts above twice this number, and before libwebp allocates its canvas.
    Image.MAX_IMAGE_PIXELS = limits.max_pixels // 2
    try:
        return _load(media_type, data, request, limits)
    except (DecodeError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(f"The picture has more than the {limits.max_pixels} pixels allowed.") from error
    except Exception as error:  # Pillow raises whatever the broken bytes lead to
        reason = str(error)[:_MESSAGE_LENGTH] or type(error).__name__
        raise CorruptImage(f"The {KINDS[media_type]} file is broken: {reason}.") from error


def _load(media_type: MediaType, data: bytes, request: DecodeRequest, limits: DecodeLimits) -> Picture:
    image = _PLUGINS[media_type](BytesIO(data))
    _check_size(image.size, limits)
    check_complete(media_type, data)
    width, height = image.size
    factor = 1
    if isinstance(image, JpegImageFile):
        factor = _shrink_factor(image.size, request)
        image.draft(None, (width // factor, height // factor))
    image.load()
    orientation, taken_at = read_exif(image)
    upright = (height, width) if orientation >= 5 else (width, height)  # noqa: PLR2004 5..8 lie on their side
    icc_profile = image.info.get("icc_profile")
    return Picture(
        media_type=media_type,
        # A WebP object keeps two more canvases for animation; a copy lets go of them.
        image=_workable(image.copy() if isinstance(image, WebPImageFile) else image),
        extent=(width / factor, height / factor),
        width=upright[0],
        height=upright[1],
        orientation=orientation,
        taken_at=taken_at,
        icc_profile=icc_profile if isinstance(icc_profile, bytes) else None,
    )


def _check_size(size: tuple[int, int], limits: DecodeLimits) -> None:
    width, height = size
    if max(size) > limits.max_side:
        raise ImageTooLarge(f"The picture is {width} x {height}; a side may have {limits.max_side} pixels.")
    if width * height > limits.max_pixels:
        raise ImageTooLarge(f"The picture is {width} x {height}; it may have {limits.max_pixels} pixels in all.")


def _shrink_factor(size: tuple[int, int], request: DecodeRequest) -> int:
    """How much smaller libjpeg may decode (8, 4, 2 or 1); what is asked for still shrinks by a quarter or more."""
    long_side, short_side = float(_WORKING_LONG_SIDE), float(_WORKING_SHORT_SIDE)
    for variant in request.variants:
        long_side = max(long_side, max(size) if variant.max_side is None else variant.max_side * 4 / 3)
    if request.model_input is not None:
        short_side = max(short_side, request.model_input.size / request.model_input.crop * 2.0)
    if request.region is not None:
        short_side /= min(request.region.width, request.region.height)
    for factor in _SHRINK_FACTORS:
        if max(size) / factor >= long_side and min(size) / factor >= short_side:
            return factor
    return 1


def _workable(image: Image.Image) -> Image.Image:
    """The same picture in a mode that can be resized."""
    if image.mode in _16_BIT_GREY_MODES:
        return image.point(_to_8_bits).convert("L")  # convert alone would clip at 255
    if image.mode == "1":
        return image.convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in _WORKABLE_MODES else image.convert("RGB")


def _to_8_bits(value: float) -> float:
    return value / 256
