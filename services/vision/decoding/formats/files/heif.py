"""HEIC, HEIF and AVIF. All of them lie in the boxes of ISO/IEC 14496-12; the pixels are HEVC or AV1."""

from io import BytesIO

import pillow_heif
from PIL import AvifImagePlugin, Image
from PIL.ImageFile import ImageFile

from services.vision.decoding.formats.blocks import Blocks, CodedColour
from services.vision.decoding.formats.files.motion import has_video

_THREADS = 1
_META_BYTES = 1 << 20

AvifImagePlugin.DEFAULT_MAX_THREADS = _THREADS
pillow_heif.options.DECODE_THREADS = _THREADS
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False


def open_heif(data: bytes, blocks: Blocks) -> pillow_heif.HeifFile:
    """The file's primary picture, not decoded yet. libheif turns it upright, whatever its EXIF says."""
    file = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
    info = file.info
    exif, xmp, profile, coded = (info.get(name) for name in ("exif", "xmp", "icc_profile", "nclx_profile"))
    if isinstance(exif, bytes):
        blocks.tags = exif.removeprefix(b"Exif\0\0")
    blocks.xmp = xmp if isinstance(xmp, bytes) else None
    blocks.icc_profile = profile if isinstance(profile, bytes) else None
    if isinstance(coded, dict):
        blocks.coded_colour = CodedColour(coded["color_primaries"], coded["transfer_characteristics"])
    blocks.has_motion = has_video(data)
    return file


def decode_heif(file: pillow_heif.HeifFile) -> Image.Image:
    """Its pixels: L, LA, RGB or RGBA."""
    image = file.to_pillow()
    image.info = {}
    return image


def open_avif(data: bytes, blocks: Blocks) -> ImageFile:
    """The first frame, not decoded yet. The way up is in the container, and the plugin says it as EXIF would."""
    image = AvifImagePlugin.AvifImageFile(BytesIO(data))
    exif, xmp, profile = (image.info.get(name) for name in ("exif", "xmp", "icc_profile"))
    if isinstance(exif, bytes):
        blocks.tags = exif.removeprefix(b"Exif\0\0")
    blocks.xmp = xmp if isinstance(xmp, bytes) else None
    blocks.icc_profile = profile if isinstance(profile, bytes) else None
    at = data.find(b"colrnclx", 0, _META_BYTES)
    if at > 0 and at + 12 <= len(data):
        blocks.coded_colour = CodedColour(
            int.from_bytes(data[at + 8 : at + 10], "big"), int.from_bytes(data[at + 10 : at + 12], "big")
        )
    blocks.has_motion = has_video(data)
    return image
