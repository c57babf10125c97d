"""The part of the corpus (see ``hostile``) that is after memory and time."""

import struct
from collections.abc import Iterator

from PIL import Image

from tests.vision.decoding import containers as made
from tests.vision.decoding.drawing import encoded
from tests.vision.decoding.raws import tiff

File = tuple[str, bytes]

_MEBIBYTE = 1 << 20


def bombs() -> Iterator[File]:
    """Small files that promise, or are, very many pixels."""
    side = 13_000
    yield "bomb/169 Mpx png", made.png(made.ihdr(side, side, depth=1), rows=made.deflated_zeros(side * (side // 8 + 1)))
    for width, height in ((65_536, 1), (1, 65_536), (10_393, 10_393), (2**31 - 1, 2**31 - 1), (65_535, 65_535)):
        yield f"bomb/png {width} x {height}", made.png(made.ihdr(width, height), rows=made.deflated_zeros(1000))
    for width, height in ((65_535, 65_535), (10_393, 10_393)):
        yield f"bomb/gif {width} x {height}", made.gif(width, height)
        yield f"bomb/gif frame {width} x {height}", made.gif(1, 1, frame=(0, 0, width, height))
    yield "bomb/gif frame far out", made.gif(1, 1, frame=(65_000, 65_000, 9, 9))
    for width, height in ((16_384, 16_384), (10_393, 10_393)):
        yield f"bomb/webp vp8l {width} x {height}", made.webp(made.vp8l(width, height))
        yield f"bomb/webp vp8x {width} x {height}", made.webp(made.vp8x(width, height), made.vp8l(width, height))
    yield "bomb/webp vp8 16383 x 16383", made.webp(made.vp8(16_383, 16_383))
    yield "bomb/webp vp8x 16384 x 16384, small frame", made.webp(made.vp8x(16_384, 16_384), made.vp8l(8, 8))
    yield "bomb/webp vp8x 16777216 x 255", made.webp(made.vp8x(1 << 24, 255), made.vp8l(8, 8))
    bmp = encoded(Image.new("L", (64, 64)), "BMP")
    jpeg = encoded(Image.new("L", (64, 64)), "JPEG")
    for width, height in ((65_500, 65_500), (65_500, 8), (8, 65_500), (7_072, 7_072)):
        yield f"odd/jpeg {width} x {height}", made.with_frame_header(jpeg, width=width, height=height)
    for width, height in ((65_535, 65_535), (10_393, 10_393)):
        yield f"bomb/tiff {width} x {height}", tiff(width, height)
        yield f"bomb/bmp {width} x {height}", bmp[:18] + struct.pack("<ii", width, height) + bmp[26:]
        size = (1 << 33) | (height - 1) << 3 | 0b110  # a ratio of 1, 30 bits, not small
        yield f"bomb/jpeg xl {width} x {height}", b"\xff\x0a" + size.to_bytes(8, "little") + bytes(60)
    yield "whole/50 Mpx of zeros", made.png(made.ihdr(7_071, 7_071), rows=made.deflated_zeros(7_072 * 7_071))
    frames = [Image.new("P", (300, 300), number) for number in range(200)]
    yield "whole/gif of 200 frames", encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


def costly_metadata(good: dict[str, bytes]) -> Iterator[File]:
    """Small pictures in files whose other contents cost memory or time."""
    bomb, header, rows = made.deflated_zeros(64 * _MEBIBYTE), made.ihdr(1, 1), made.deflated_zeros(2)
    texts = {
        "zTXt": made.chunk(b"zTXt", b"Comment\0\0" + bomb),
        "iTXt": made.chunk(b"iTXt", b"Comment\0\x01\0\0\0" + bomb),
        "iCCP": made.chunk(b"iCCP", b"profile\0\0" + bomb),
    }
    for name, text in texts.items():
        yield f"odd/deflate bomb in {name}", made.png(header, text, rows=rows)
        yield f"odd/deflate bomb in {name} at the end", made.png(header, rows=rows, after=text)
    megabyte = made.chunk(b"zTXt", b"Comment\0\0" + made.deflated_zeros(_MEBIBYTE - 1))
    yield "odd/100 texts of 1 MiB", made.png(header, megabyte * 100, rows=rows)
    yield "odd/50000 empty chunks", made.png(header, made.chunk(b"teXt") * 50_000, rows=rows)
    yield "odd/50000 empty IDATs", made.png(header, made.chunk(b"IDAT") * 50_000, rows=rows)
    rest = good["jpeg"][2:]
    for name, count, size in (("many", 5_000, 60_000), ("huge", 3, 2**32 - 1), ("endless", 65_535, 4)):
        entries = b"".join(struct.pack(">HHII", 0x010E + n % 9, 2, size, 8) for n in range(min(count, 5_000)))
        block = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", count) + entries
        yield f"odd/exif with {name} entries", b"\xff\xd8" + made.jpeg_segment(0xE1, block[:65_000]) + rest
    loop = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHII", 0x8769, 4, 1, 8) + bytes(4)
    yield "whole/exif that points at itself", b"\xff\xd8" + made.jpeg_segment(0xE1, loop) + rest
    profile = made.jpeg_segment(0xE2, b"ICC_PROFILE\0\x01\x01" + b"\xff" * 5_000)
    yield "whole/rubbish for a colour profile", b"\xff\xd8" + profile + rest
    yield "odd/many comments", b"\xff\xd8" + made.jpeg_segment(0xFE, bytes(60_000)) * 80 + rest
    yield "odd/junk between segments", b"\xff\xd8\xff" + b"\xff" * _MEBIBYTE + rest[1:]
    scans = good["progressive jpeg"]
    at = scans.rindex(b"\xff\xda")
    yield "odd/2000 scans", scans[:at] + scans[at:-2] * 2_000 + b"\xff\xd9"
    yield "odd/gif of a million sub-blocks", made.gif(9, 9, before=b"!\xfe" + b"\x01a" * _MEBIBYTE + b"\0")
