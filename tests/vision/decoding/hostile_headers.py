"""The part of the corpus (see ``hostile``) that lies in its headers."""

import struct
from collections.abc import Iterator

from tests.vision.decoding import containers as made

File = tuple[str, bytes]


def header_lies(good: dict[str, bytes]) -> Iterator[File]:
    """Files whose headers say what is not so, contradict themselves or ask for what does not exist."""
    yield from _png_lies()
    yield from _jpeg_lies(good)
    yield from _gif_and_webp_lies(good)


def _png_lies() -> Iterator[File]:
    rows = made.deflated_zeros(8 * 9)
    for width, height in ((0, 0), (0, 8), (8, 0), (8, 9), (9, 8), (800, 8), (8, 800), (2**31, 8), (2**32 - 1, 1)):
        yield f"odd/png says {width} x {height}", made.png(made.ihdr(width, height), rows=rows)
    for depth in (0, 1, 3, 8, 16, 255):
        for colour in (0, 1, 2, 3, 4, 6, 255):
            yield (
                f"odd/png depth {depth} colour {colour}",
                made.png(made.ihdr(8, 8, depth=depth, colour=colour), rows=rows),
            )
    yield "odd/png interlaced in name only", made.png(made.ihdr(8, 8, interlace=1), rows=rows)
    for name, lie in {
        "wrong IHDR checksum": made.png(made.chunk(b"IHDR", made.ihdr(8, 8)[8:21], crc=1), rows=rows),
        "IHDR twice": made.png(made.ihdr(8, 8), made.ihdr(80, 80), rows=rows),
        "IHDR too short": made.png(made.chunk(b"IHDR", bytes(5)), rows=rows),
        "no IHDR": made.png(b"", rows=rows),
        "no rows": made.png(made.ihdr(8, 8), rows=b""),
        "rows of rubbish": made.png(made.ihdr(8, 8), rows=b"\xa5" * 400),
        "endless chunk": made.png(made.ihdr(8, 8), made.chunk(b"teXt", length=2**31 - 1), rows=rows),
        "negative chunk": made.png(made.ihdr(8, 8), made.chunk(b"teXt", length=2**32 - 1), rows=rows),
        "chunk of no name": made.png(made.ihdr(8, 8), made.chunk(b"\0\0\0\0"), rows=rows),
        "palette missing": made.png(made.ihdr(8, 8, colour=made.PALETTE), rows=rows),
        "animation of 4 billion frames": made.png(
            made.ihdr(8, 8), made.chunk(b"acTL", struct.pack(">II", 2**32 - 1, 0)), rows=rows
        ),
    }.items():
        yield f"odd/png {name}", lie


def _jpeg_lies(good: dict[str, bytes]) -> Iterator[File]:
    for fields in (
        *(
            {"width": width, "height": height}
            for width, height in ((0, 72), (96, 0), (0, 0), (1, 1), (97, 72), (960, 720))
        ),
        *({"components": count} for count in (0, 1, 2, 4, 255)),
        *({"precision": bits} for bits in (0, 2, 12, 16)),
        *({"marker": marker} for marker in (0xC1, 0xC3, 0xC5, 0xC9, 0xCB, 0xCF)),
    ):
        yield f"odd/jpeg {fields}", made.with_frame_header(good["jpeg"], **fields)
    for marker, name in ((b"\xff\xdb", "quantization"), (b"\xff\xc4", "Huffman"), (b"\xff\xda", "scan")):
        at = good["jpeg"].index(marker)
        yield f"odd/jpeg without its {name}", good["jpeg"][:at] + good["jpeg"][at + 60 :]
        yield f"odd/jpeg with another {name}", good["jpeg"][: at + 4] + b"\xff" * 20 + good["jpeg"][at + 24 :]


def _gif_and_webp_lies(good: dict[str, bytes]) -> Iterator[File]:
    for code_size in (0, 1, 11, 12, 13, 255):
        yield f"odd/gif code size {code_size}", made.gif(8, 8, code_size=code_size)
    for width, height in ((0, 0), (0, 8), (8, 0), (8, 8), (4_000, 4_000)):
        yield f"odd/gif says {width} x {height}", made.gif(width, height)
    for size in (0, 4, 8, 2**32 - 1, 2**31):
        yield f"odd/webp says {size} bytes", made.webp(made.vp8l(8, 8), size=size)
    for flags in range(0, 256, 17):
        yield f"odd/webp flags {flags}", made.webp(made.vp8x(96, 72, flags), (b"VP8 ", good["webp"][20:]))
    yield "odd/webp canvas larger than its picture", made.webp(made.vp8x(4_000, 4_000), (b"VP8 ", good["webp"][20:]))
    yield "odd/webp of chunks only", made.webp(made.vp8x(9, 9), (b"ICCP", bytes(9)), (b"EXIF", bytes(9)))
