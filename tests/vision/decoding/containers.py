"""Image files built byte by byte, so that a test can lie in any field."""

import struct
import zlib
from functools import cache

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6


def chunk(kind: bytes, data: bytes = b"", *, length: int | None = None, crc: int | None = None) -> bytes:
    """A PNG chunk; length and checksum are right unless given."""
    right = zlib.crc32(kind + data)
    return (
        struct.pack(">I", len(data) if length is None else length)
        + kind
        + data
        + struct.pack(">I", right if crc is None else crc)
    )


def ihdr(width: int, height: int, *, depth: int = 8, colour: int = GREY, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def png(header: bytes, *before: bytes, rows: bytes = b"", after: bytes = b"", end: bytes | None = None) -> bytes:
    """A PNG of these chunks; ``rows`` is the content of IDAT, already deflated."""
    return (
        PNG_MAGIC + header + b"".join(before) + chunk(b"IDAT", rows) + after + (chunk(b"IEND") if end is None else end)
    )


@cache
def deflated_zeros(count: int) -> bytes:
    """``count`` zero bytes, about a thousandth of that long."""
    packer, block = zlib.compressobj(9), bytes(1 << 20)
    parts = [packer.compress(block[: min(len(block), count - start)]) for start in range(0, count, len(block))]
    return b"".join(parts) + packer.flush()


def gif(
    width: int,
    height: int,
    *,
    frame: tuple[int, int, int, int] | None = None,
    code_size: int = 2,
    pixels: bytes = b"\x02\x4c\x01\x00",
    before: bytes = b"",
    trailer: bytes = b";",
) -> bytes:
    """A GIF of one frame (left, top, width, height) and four colours; ``pixels`` are sub-blocks with their end."""
    left, top, frame_width, frame_height = frame or (0, 0, width & 0xFFFF, height & 0xFFFF)
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x91, 0, 0) + bytes(range(12))
    picture = b"," + struct.pack("<HHHHB", left, top, frame_width, frame_height, 0) + bytes([code_size]) + pixels
    return screen + before + picture + trailer


def webp(*chunks: tuple[bytes, bytes], size: int | None = None) -> bytes:
    """A WebP of these chunks; the length of the whole is right unless given."""
    body = b"WEBP"
    for kind, data in chunks:
        body += kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def vp8x(width: int, height: int, flags: int = 0) -> tuple[bytes, bytes]:
    """The chunk of extended WebP files: canvas size and what else is there."""
    return b"VP8X", bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def vp8l(width: int, height: int, rest: bytes = bytes(64)) -> tuple[bytes, bytes]:
    """A lossless picture that is a header and rubbish."""
    return b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + rest


def vp8(width: int, height: int, rest: bytes = bytes(64)) -> tuple[bytes, bytes]:
    """A lossy picture that is a header and rubbish."""
    return b"VP8 ", b"\x50\x01\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + rest


def jpeg_segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def start_of_frame(jpeg: bytes) -> int:
    """Where the frame header of a JPEG begins: FF C0 (baseline) or FF C2 (progressive)."""
    position = 2
    while jpeg[position + 1] not in (0xC0, 0xC2):
        position += 2 + int.from_bytes(jpeg[position + 2 : position + 4], "big")
    return position


def with_frame_header(jpeg: bytes, **fields: int) -> bytes:
    """The same JPEG with another marker, precision, height, width or number of components."""
    at = start_of_frame(jpeg)
    offsets = {"marker": (1, 1), "precision": (4, 1), "height": (5, 2), "width": (7, 2), "components": (9, 1)}
    data = bytearray(jpeg)
    for name, value in fields.items():
        offset, length = offsets[name]
        data[at + offset : at + offset + length] = value.to_bytes(length, "big")
    return bytes(data)
