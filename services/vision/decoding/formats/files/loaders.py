"""Pixels of each format. A loader raises DecodeError, MemoryError, or whatever the library makes of broken bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageChops
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from services.vision.decoding.formats.blocks import Blocks
from services.vision.decoding.formats.files.heif import decode_heif, open_avif, open_heif
from services.vision.decoding.formats.files.jpeg import open_jpeg
from services.vision.decoding.formats.files.jxl import decode_jxl, jxl_size
from services.vision.decoding.formats.files.png import read_png
from services.vision.decoding.formats.files.raw import preview_of, tag_block_of
from services.vision.decoding.formats.files.webp import warn_of_gif_end, whole_webp
from services.vision.decoding.formats.plan import LoadPlan

_JPEG_FACTORS = (8, 4, 2)
_JP2_PIXEL_COST = 4  # OpenJPEG works with 32 bits a sample
_JP2_XMP = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
_JP2_EXIF = b"JpgTiffExif->JP2"
_PNG_DEPTH_AT = 24
_XMP_TAG, _IPTC_TAG = 700, 33_723


@dataclass(frozen=True)
class Loaded:
    """``image`` may be smaller than the file's ``size``; ``is_upright``: turned already, whatever EXIF says."""

    image: Image.Image
    size: tuple[int, int]
    is_upright: bool = False


Loader = Callable[[bytes, LoadPlan, Blocks], Loaded]


def load_jpeg(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    image = open_jpeg(data, blocks)
    size = image.size
    factor = plan.shrink_factor(size, _JPEG_FACTORS)
    image.draft(None, (max(size[0] // factor, 1), max(size[1] // factor, 1)))
    image.load()
    return Loaded(image, size)


def load_png(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    chunks = read_png(data, blocks)
    image = PngImageFile(BytesIO(chunks))
    plan.check(image.size)
    image.load()
    depth, transparent = chunks[_PNG_DEPTH_AT], image.info.get("transparency")
    if image.mode == "RGB" and depth == 16 and isinstance(transparent, tuple):  # noqa: PLR2004 bits a sample
        return Loaded(_with_key_of_16_bits(image, chunks, transparent), image.size)
    if image.mode == "L" and depth < 8 and isinstance(transparent, int):  # noqa: PLR2004 bits a sample
        image.info["transparency"] = transparent * 255 // ((1 << depth) - 1)  # as the pixels are
    return Loaded(image, image.size)


def _with_key_of_16_bits(image: Image.Image, chunks: bytes, key: tuple[int, ...]) -> Image.Image:
    """Transparent where all 16 bits of each sample are the key's. Pillow keeps the high bytes: read the low too."""
    low = PngImageFile(BytesIO(chunks))
    low.tile = [tile._replace(args="RGB;16L") for tile in low.tile]
    low.load()
    mask = Image.new("L", image.size, 0)
    for high_band, low_band, sample in zip(image.split(), low.split(), key, strict=True):
        for band, value in ((high_band, sample >> 8), (low_band, sample & 0xFF)):
            mask = ImageChops.lighter(mask, band.point([0 if level == value else 255 for level in range(256)]))
    del image.info["transparency"]
    image.putalpha(mask)
    return image


def load_gif(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    image = _loaded(GifImageFile(BytesIO(data)), plan, blocks)
    warn_of_gif_end(data, blocks)
    return image


def load_webp(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    loaded = _loaded(WebPImageFile(BytesIO(whole_webp(data, blocks))), plan, blocks)
    # A WebP object keeps two more canvases for animation; a copy lets go of them.
    return Loaded(loaded.image.copy(), loaded.size)


def load_bmp(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    return _loaded(BmpImageFile(BytesIO(data)), plan, blocks)


def load_tiff(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    image = TiffImageFile(BytesIO(data))
    blocks.tags = data
    for number, name in ((_XMP_TAG, "xmp"), (_IPTC_TAG, "iptc")):
        value = image.tag_v2.get(number)
        if isinstance(value, bytes):
            setattr(blocks, name, value)
    loaded = _loaded(image, plan, blocks)
    return Loaded(loaded.image, loaded.image.size, is_upright=True)


def load_jp2(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    image = Jpeg2KImageFile(BytesIO(data))
    size = image.size
    levels = _jp2_levels(data)
    factor = plan.shrink_factor(size, tuple(1 << level for level in range(levels, 0, -1)), cost=_JP2_PIXEL_COST)
    image.reduce = factor.bit_length() - 1
    image.load()
    exif, xmp = data.find(_JP2_EXIF, 0, -16), data.find(_JP2_XMP, 0, -16)
    blocks.tags = data[exif + 16 :] if exif > 0 else None
    blocks.xmp = data[xmp + 16 : xmp - 8 + int.from_bytes(data[xmp - 8 : xmp - 4], "big")] if xmp > 0 else None
    return Loaded(image, size, is_upright=True)


def load_heif(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    file = open_heif(data, blocks)
    plan.check(file.size)
    image = decode_heif(file)
    return Loaded(image, image.size, is_upright=True)


def load_avif(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    image = open_avif(data, blocks)
    plan.check(image.size)
    image.load()
    # The plugin keeps the decoder, and with it a second copy of the pixels.
    return Loaded(image.copy(), image.size)


def load_jxl(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    plan.check(jxl_size(data))
    decoded = decode_jxl(data, blocks)
    if isinstance(decoded, bytes):
        return load_jpeg(decoded, plan, blocks)
    return Loaded(decoded, decoded.size, is_upright=True)


def load_raw(data: bytes, plan: LoadPlan, blocks: Blocks) -> Loaded:
    loaded = load_jpeg(preview_of(data), plan, blocks)
    blocks.has_motion = False
    tags = tag_block_of(data)
    if tags is not None:
        blocks.tags = tags
    width, height = loaded.size
    blocks.warn("raw_preview", f"Shown is the camera's own preview, {width} x {height}; the raw data is kept as it is.")
    return loaded


def _loaded(image: ImageFile, plan: LoadPlan, blocks: Blocks) -> Loaded:
    plan.check(image.size)
    image.load()
    exif, xmp, profile = (image.info.get(name) for name in ("exif", "xmp", "icc_profile"))
    if isinstance(exif, bytes) and blocks.tags is None:
        blocks.tags = exif.removeprefix(b"Exif\0\0")
    if isinstance(xmp, bytes) and blocks.xmp is None:
        blocks.xmp = xmp
    blocks.icc_profile = profile if isinstance(profile, bytes) else None
    return Loaded(image, image.size)


def _jp2_levels(data: bytes) -> int:
    """How often a JPEG 2000 picture can be halved: its COD segment says it (ISO/IEC 15444-1, A.6.1)."""
    at = data.find(b"\xff\x52")
    return min(data[at + 9], 5) if 0 < at < len(data) - 9 else 0


LOADERS: dict[str, Loader] = {
    "image/jpeg": load_jpeg,
    "image/png": load_png,
    "image/gif": load_gif,
    "image/webp": load_webp,
    "image/bmp": load_bmp,
    "image/tiff": load_tiff,
    "image/jp2": load_jp2,
    "image/heic": load_heif,
    "image/heif": load_heif,
    "image/avif": load_avif,
    "image/jxl": load_jxl,
}
"""By media type; what is not here is camera RAW."""
