"""PNG chunk by chunk: a fault beside the pixels costs the chunk, never the picture.

Pillow is given the chunks that make pixels and no others, their checksums right: all else is read here, bounded.
Source: Portable Network Graphics (Third Edition), W3C, 2025.
"""

import re
import struct
import zlib
from collections.abc import Generator, Iterator

from services.vision.decoding.errors import CorruptImage
from services.vision.decoding.formats.blocks import Blocks, Chromaticities, CodedColour

_MAGIC = b"\x89PNG\r\n\x1a\n"
_NAME = re.compile(rb"[A-Za-z]{4}")
_MAX_UNPACKED = 4 * 1024 * 1024
_MAX_CHUNKS = 200_000
_MAX_RESYNC_TRIES = 2_000
_PALETTE, _GREY, _RGB = 3, 0, 2
_HEADER_BYTES = 13
_XMP_KEYWORD = b"XML:com.adobe.xmp"
_EXIF_KEYWORDS = (b"Raw profile type exif", b"Raw profile type APP1")
_ANCILLARY = 0x20

Chunk = tuple[bytes, memoryview]


def read_png(data: bytes, blocks: Blocks) -> bytes:
    """The same picture as a PNG of header, palette, transparency and pixels; the rest goes to ``blocks``.

    Raises CorruptImage when header or pixels are missing.
    """
    header, palette, transparency, rows = b"", b"", b"", list[memoryview]()
    for name, content in _chunks(data, blocks):
        if name == b"IHDR" and not header:
            header = bytes(content)
        elif name == b"IDAT":
            rows.append(content)
        elif name == b"PLTE":
            palette = bytes(content[: len(content) // 3 * 3][:768])
        elif name == b"tRNS":
            transparency = bytes(content)
        else:
            _read_other(name, content, blocks)
    if len(header) != _HEADER_BYTES or not rows:
        raise CorruptImage("The PNG file is broken: it has no header or no pixels.")
    if transparency and not _fits(transparency, header[9], palette):
        blocks.warn("chunk_ignored", "The transparency (tRNS) does not fit the picture and was ignored.")
        transparency = b""
    return b"".join(
        (
            _MAGIC,
            *_chunk(b"IHDR", header),
            *(_chunk(b"PLTE", palette) if palette else ()),
            *(_chunk(b"tRNS", transparency) if transparency else ()),
            *_chunk(b"IDAT", *rows),
            *_chunk(b"IEND"),
        )
    )


def _chunks(data: bytes, blocks: Blocks) -> Iterator[Chunk]:
    """Name and content of each chunk that can be used."""
    view, at = memoryview(data), len(_MAGIC)
    for _ in range(_MAX_CHUNKS):
        if at + 8 > len(data):
            break
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        content = view[at + 8 : end - 4]
        if name == b"IEND" and end <= len(data):
            return
        if end <= len(data) and zlib.crc32(content, zlib.crc32(name)) == int.from_bytes(data[end - 4 : end], "big"):
            yield name, content
            at = end
            continue
        at = yield from _damaged(data, at, blocks)
    blocks.warn("truncated", "The PNG file ends early.")


def _damaged(data: bytes, at: int, blocks: Blocks) -> Generator[Chunk, None, int]:
    """Give what is left of a chunk whose checksum or length is wrong, and where to go on."""
    view, name = memoryview(data), data[at + 4 : at + 8]
    end = at + 12 + int.from_bytes(data[at : at + 4], "big")
    if name == b"IHDR":
        raise CorruptImage("The PNG file is broken: its header has a wrong checksum.")
    length_is_right = end == len(data) or (end + 8 <= len(data) and _NAME.fullmatch(data, end + 4, end + 8) is not None)
    following = end if length_is_right else _next_whole_chunk(data, at + 8)
    if name in (b"IDAT", b"PLTE"):
        blocks.warn("damaged_pixels", "A checksum of the pixels is wrong: parts of the picture may be damaged.")
        yield name, view[at + 8 : max(following - 4, at + 8) if following < len(data) or length_is_right else len(data)]
    else:
        shown = name.decode("latin-1") if _NAME.fullmatch(name) else "nameless"
        blocks.warn("chunk_ignored", f"A damaged part of the file ({shown}) was ignored.")
    return following


def _next_whole_chunk(data: bytes, start: int) -> int:
    """Where the next chunk with a right checksum begins; the end of the file when there is none."""
    for number, match in enumerate(_NAME.finditer(data, start + 4)):
        if number == _MAX_RESYNC_TRIES:
            break
        name = match.start()
        end = name + 4 + int.from_bytes(data[name - 4 : name], "big")
        if end + 4 <= len(data) and zlib.crc32(memoryview(data)[name:end]) == int.from_bytes(
            data[end : end + 4], "big"
        ):
            return name - 4
    at = data.find(b"IDAT", start)
    return at - 4 if at > start + 4 else len(data)


def _read_other(name: bytes, content: memoryview, blocks: Blocks) -> None:
    try:
        if name in (b"gAMA", b"cHRM", b"cICP", b"sRGB", b"iCCP"):
            _read_colour(name, content, blocks)
        elif name == b"eXIf":
            blocks.tags = bytes(content).removeprefix(b"Exif\0\0")
        elif name == b"iTXt":
            blocks.xmp = _international_text(content) or blocks.xmp
        elif name in (b"zTXt", b"tEXt"):
            blocks.tags = blocks.tags or _raw_profile(name, content)
        elif not name[0] & _ANCILLARY:
            blocks.warn("chunk_ignored", f"An unknown part ({name.decode('latin-1')}) was ignored.")
    except (ValueError, IndexError, struct.error, zlib.error):
        blocks.warn("chunk_ignored", f"A damaged part of the file ({name.decode('latin-1')}) was ignored.")


def _read_colour(name: bytes, content: memoryview, blocks: Blocks) -> None:
    match name:
        case b"iCCP":
            blocks.icc_profile = _profile(content)
        case b"gAMA":
            (value,) = struct.unpack(">I", content)
            blocks.gamma = value / 100_000
        case b"cHRM":
            x = [value / 100_000 for value in struct.unpack(">8I", content)]
            blocks.chromaticities = Chromaticities((x[0], x[1]), (x[2], x[3]), (x[4], x[5]), (x[6], x[7]))
        case b"cICP":
            primaries, transfer, _, _ = struct.unpack(">4B", content)
            blocks.coded_colour = CodedColour(primaries, transfer)
        case _:
            blocks.coded_colour = blocks.coded_colour or CodedColour(1, 13)


def _profile(content: memoryview) -> bytes:
    _, separator, rest = bytes(content).partition(b"\0")
    if not separator or rest[:1] != b"\0":
        raise ValueError("unknown compression")
    return _unpacked(rest[1:])


def _international_text(content: memoryview) -> bytes | None:
    if bytes(content[: len(_XMP_KEYWORD) + 1]) != _XMP_KEYWORD + b"\0":
        return None
    is_packed = content[len(_XMP_KEYWORD) + 1]
    text = bytes(content[len(_XMP_KEYWORD) + 3 :]).split(b"\0", 2)[2]
    return _unpacked(text) if is_packed else text


def _raw_profile(name: bytes, content: memoryview) -> bytes | None:
    """EXIF as ImageMagick wrote it before there was a chunk for it: hexadecimal digits in a text."""
    keyword, _, rest = bytes(content[:_MAX_UNPACKED]).partition(b"\0")
    if keyword not in _EXIF_KEYWORDS:
        return None
    text = _unpacked(rest[1:]) if name == b"zTXt" else rest
    return bytes.fromhex(b"".join(text.split()[2:]).decode("ascii")).removeprefix(b"Exif\0\0")


def _unpacked(packed: bytes) -> bytes:
    """Inflated, the first 4 MiB at most."""
    return zlib.decompressobj().decompress(packed, _MAX_UNPACKED)


def _fits(transparency: bytes, colour: int, palette: bytes) -> bool:
    if colour == _PALETTE:
        return len(transparency) <= max(len(palette) // 3, 1)
    return len(transparency) == {_GREY: 2, _RGB: 6}.get(colour)


def _chunk(name: bytes, *content: bytes | memoryview) -> Iterator[bytes | memoryview]:
    length, checksum = sum(map(len, content)), zlib.crc32(name)
    for part in content:
        checksum = zlib.crc32(part, checksum)
    yield struct.pack(">I", length) + name
    yield from content
    yield struct.pack(">I", checksum)
