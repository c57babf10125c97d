"""JPEG XL: its size is read here first, for the library decodes before it says how large a picture is.

Source: ISO/IEC 18181-1 (SizeHeader) and 18181-2 (boxes).
"""

from typing import cast

from PIL import Image
from pillow_jxl import Decoder

from services.vision.decoding.errors import CorruptImage
from services.vision.decoding.formats.blocks import Blocks

_CODESTREAM, _SIGNATURE_BYTES, _MAX_BOXES, _PARTIAL_NUMBER_BYTES = b"\xff\x0a", 12, 256, 4
_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}
_DISTRIBUTION = (9, 13, 18, 30)
_MODES = {"L", "LA", "RGB", "RGBA", "I;16"}


class _Bits:
    """Bits of a codestream, lowest first."""

    def __init__(self, data: bytes) -> None:
        self._number = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        value = self._number & ((1 << count) - 1)
        self._number >>= count
        return value

    def size(self) -> int:
        return 1 + self.take(_DISTRIBUTION[self.take(2)])


def jxl_size(data: bytes) -> tuple[int, int]:
    """Width and height as the header says, before orientation. Raises CorruptImage."""
    start = _codestream(data)
    bits = _Bits(start[2:32])
    if start[:2] != _CODESTREAM or len(start) < 4:  # noqa: PLR2004 nothing is that short
        raise CorruptImage("The JPEG XL file is broken: it holds no picture.")
    small = bits.take(1)
    height = (bits.take(5) + 1) * 8 if small else bits.size()
    ratio = bits.take(3)
    if ratio:
        across, down = _RATIOS[ratio]
        return height * across // down, height
    return (bits.take(5) + 1) * 8 if small else bits.size(), height


def decode_jxl(data: bytes, blocks: Blocks) -> Image.Image | bytes:
    """The upright picture, or a JPEG where the file holds one that was packed again."""
    is_jpeg, info, pixels, profile, boxes = Decoder(num_threads=0)(data)
    for box in boxes or ():
        if box.box_type == b"Exif":
            offset = int.from_bytes(box.data[:4], "big")
            blocks.tags = bytes(box.data[4 + offset :]) or None
        elif box.box_type == b"xml ":
            blocks.xmp = bytes(box.data)
    if is_jpeg:
        return cast("bytes", pixels)
    blocks.icc_profile = bytes(profile) if profile else None
    if info.mode not in _MODES:
        raise CorruptImage(f"The JPEG XL file has samples ({info.mode}) that are not taken: save it with 8 or 16 bits.")
    return Image.frombytes(info.mode, (info.width, info.height), pixels)


def _codestream(data: bytes) -> bytes:
    """The first bytes of the picture itself; in a container, of its first part."""
    if data.startswith(_CODESTREAM):
        return data[:64]
    at = _SIGNATURE_BYTES
    for _ in range(_MAX_BOXES):
        size, name, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if name == b"jxlc":
            return data[at + head : at + head + 64]
        if name == b"jxlp":
            return data[at + head + _PARTIAL_NUMBER_BYTES : at + head + 68]
        if size < 8:  # noqa: PLR2004 shorter than its own header, or to the end
            break
        at += size
    return b""
