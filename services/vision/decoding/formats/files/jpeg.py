"""JPEG: opened by its plugin alone, its end supplied where it is missing, stray markers in the pixels taken out."""

import re
from io import BytesIO

from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from services.vision.decoding.formats.blocks import Blocks
from services.vision.decoding.formats.files.motion import has_video

_END = b"\xff\xd9"
_SCAN = b"\xff\xda"
_TAIL_BYTES = 65_536
# Inside the pixels only a stuffed zero, a restart and a few segments may follow 0xFF.
_STRAY = re.compile(rb"\xff[\x01-\xbf\xe0-\xef\xf0-\xfd]")
_MAX_STRAY = 100
_IPTC_RESOURCE = 0x0404


def open_jpeg(data: bytes, blocks: Blocks) -> ImageFile:
    """The picture, not loaded yet; its metadata goes to ``blocks``."""
    image = JpegImageFile(BytesIO(data))
    exif, xmp, resources = image.info.get("exif"), image.info.get("xmp"), image.info.get("photoshop")
    if isinstance(exif, bytes):
        blocks.tags = exif.removeprefix(b"Exif\0\0")
    if isinstance(xmp, bytes):
        blocks.xmp = xmp
    if isinstance(resources, dict) and isinstance(resources.get(_IPTC_RESOURCE), bytes):
        blocks.iptc = resources[_IPTC_RESOURCE]
    profile = image.info.get("icc_profile")
    blocks.icc_profile = profile if isinstance(profile, bytes) else None
    blocks.has_motion = has_video(data)
    return image


def mended_jpeg(data: bytes, blocks: Blocks) -> bytes:
    """As much of a damaged file as can be decoded: with an end, and without markers that cannot be in the pixels."""
    at = data.rfind(_SCAN)
    stray = _STRAY.findall(data, max(at, 0) + 14)
    if at > 0 and 0 < len(stray) <= _MAX_STRAY:
        blocks.warn("damaged_pixels", "The pixels of the JPEG file are damaged in places.")
        data = data[: at + 14] + _STRAY.sub(b"\xff\0", data[at + 14 :])
    if _END not in data[-_TAIL_BYTES:]:
        blocks.warn("truncated", "The JPEG file ends early.")
        data += _END
    elif not blocks.warnings:
        blocks.warn("damaged_pixels", "The pixels of the JPEG file are damaged in places.")
    return data
