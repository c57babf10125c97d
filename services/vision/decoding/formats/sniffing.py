"""Which image is it, and is all of it there? Answered from the bytes, never from a name, before Pillow sees them."""

from typing import Literal

from services.vision.decoding.errors import CorruptImage, UnsupportedImage

MediaType = Literal["image/jpeg", "image/png", "image/webp", "image/gif"]

KINDS: dict[MediaType, str] = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/gif": "GIF",
}
"""What people call them."""

_WEBP_CHUNKS = (b"VP8 ", b"VP8L", b"VP8X")
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_GIF_HEADER_BYTES = 13
_GIF_TRAILER, _GIF_EXTENSION, _GIF_PICTURE = 0x3B, 0x21, 0x2C


def sniff(data: bytes) -> MediaType:
    """The media type that the first bytes show. Raises UnsupportedImage for anything outside the allow-list."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP" and data[12:16] in _WEBP_CHUNKS:
        return "image/webp"
    if not data:
        raise UnsupportedImage("The file is empty.")
    raise UnsupportedImage("The file is not an image of a supported type: JPEG, PNG, WebP or GIF.")


def check_complete(media_type: MediaType, data: bytes) -> None:
    """Raise CorruptImage when a container ends early although its first picture may be whole.

    Pillow accepts a GIF cut after its first frame, and a PNG without its end (damaged pixels it finds by the checksum
    of the deflated stream). JPEG needs no look here: libjpeg insists on the end marker.
    """
    checks = {"image/gif": _gif_is_whole, "image/png": _png_is_whole, "image/webp": _webp_is_whole}
    try:
        whole = media_type == "image/jpeg" or checks[media_type](data)
    except IndexError:
        whole = False
    if not whole:
        raise CorruptImage(f"The {KINDS[media_type]} file is truncated.")


def _png_is_whole(data: bytes) -> bool:
    return _PNG_END in data


def _webp_is_whole(data: bytes) -> bool:
    return 8 + int.from_bytes(data[4:8], "little") <= len(data)


def _gif_is_whole(data: bytes) -> bool:
    """Walk the blocks to the trailer. Bytes between blocks that mean nothing are skipped, as browsers and Pillow do."""
    position = _GIF_HEADER_BYTES + _colour_table_bytes(data[10])
    while (block := data[position]) != _GIF_TRAILER:
        if block == _GIF_EXTENSION:
            position = _after_sub_blocks(data, position + 2)
        elif block == _GIF_PICTURE:
            position = _after_sub_blocks(data, position + 11 + _colour_table_bytes(data[position + 9]))
        else:
            position += 1
    return True


def _colour_table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_sub_blocks(data: bytes, position: int) -> int:
    while length := data[position]:
        position += 1 + length
    return position + 1
