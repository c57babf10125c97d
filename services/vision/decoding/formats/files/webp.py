"""WebP and GIF: whether all is there, and what can be saved when the end is missing."""

from services.vision.decoding.errors import CorruptImage
from services.vision.decoding.formats.blocks import Blocks

_HEADER_BYTES, _GIF_HEADER_BYTES = 12, 13
_PICTURES = (b"VP8 ", b"VP8L", b"ANMF")
_GIF_TRAILER, _GIF_EXTENSION, _GIF_PICTURE = 0x3B, 0x21, 0x2C


def whole_webp(data: bytes, blocks: Blocks) -> bytes:
    """The file itself, or the chunks that are complete. Raises CorruptImage when the picture is not among them."""
    if 8 + int.from_bytes(data[4:8], "little") <= len(data):
        return data
    at, names = _HEADER_BYTES, list[bytes]()
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if end > len(data):
            break
        names.append(data[at : at + 4])
        at = end + end % 2
    if not any(name in _PICTURES for name in names):
        raise CorruptImage("The WebP file ends before its picture does.")
    blocks.warn("truncated", "The WebP file ends early.")
    return b"RIFF" + (at - 8).to_bytes(4, "little") + data[8:at].ljust(at - 8, b"\0")


def warn_of_gif_end(data: bytes, blocks: Blocks) -> None:
    """Warn when a GIF has no trailer."""
    try:
        whole = _gif_is_whole(data)
    except IndexError:
        whole = False
    if not whole:
        blocks.warn("truncated", "The GIF file ends early.")


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
