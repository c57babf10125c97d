"""A corpus of files that mean harm, or were damaged: the same for the same seed, each with a name.

The first word of a name says what has to become of it: ``bomb`` and ``truncated`` and ``foreign`` files are refused
(too large or costly, corrupt, unsupported), ``whole`` files are images, and ``odd`` ones may be either.
"""

import random
import struct
from collections.abc import Iterator
from io import BytesIO

from tests.vision.decoding import containers as made
from tests.vision.decoding.drawing import encoded, encoded_heic, encoded_jxl, photo
from tests.vision.decoding.hostile_bombs import bombs, costly_metadata
from tests.vision.decoding.hostile_headers import header_lies
from tests.vision.decoding.raws import dng

SEED = 20_261_120
File = tuple[str, bytes]

_CUTS = 16
_MUTATIONS = 20
_WRITTEN_BY_PILLOW = ("ICO", "PPM", "PCX", "TGA", "DDS", "EPS", "SGI", "MSP", "XBM")
_TEXTS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg with declaration": b'<?xml version="1.0"?><!DOCTYPE svg><svg width="9" height="9"/>',
    "svg with entities": b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
    "svgz": b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + bytes(40),
    "html": b"<!doctype html><script>alert(1)</script>",
    "text": b"This is not an image.\n",
    "json": b'{"image": true}',
    "php": b"<?php system($_GET['c']); ?>",
    "imagemagick script": b"push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://127.0.0.1/)'\n",
    "empty": b"",
    "one byte": b"\xff",
    "zero bytes": bytes(4096),
    "psd": b"8BPS\0\x01" + bytes(6) + struct.pack(">HIIHH", 3, 9, 9, 8, 3) + bytes(60),
    "icns": b"icns\0\0\0\x48ic07" + bytes(60),
    "cursor": b"\0\0\x02\0\x01\0" + bytes(60),
    "metafile": b"\xd7\xcd\xc6\x9a" + bytes(60),
    "zip": b"PK\x03\x04" + bytes(60),
    "elf": b"\x7fELF\x02\x01\x01" + bytes(60),
    "wave": b"RIFF\x24\0\0\0WAVEfmt " + bytes(60),
    "video": b"RIFF\x24\0\0\0AVI LIST" + bytes(60),
    "webp of a new kind": b"RIFF\x24\0\0\0WEBPVP9 " + bytes(60),
    "mng": b"\x8aMNG\r\n\x1a\n" + bytes(60),
    "png through a text transfer": b"\x89PNG\n\x1a\n" + bytes(60),
    "gif of no version": b"GIF88a" + bytes(60),
    "jpeg after a blank": b" \xff\xd8\xff\xe0" + bytes(60),
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "pdf in front of a jpeg": b"%PDF-1.7\n" + b"\xff\xd8\xff\xe0" + bytes(60),
    "html in front of a png": b"<html>" + made.PNG_MAGIC + bytes(60),
}


def hostile_files(seed: int = SEED) -> Iterator[File]:
    """All of them: more than 300 files, a few MiB at most each."""
    good = good_files()
    yield from bombs()
    yield from costly_metadata(good)
    yield from header_lies(good)
    yield from _polyglots(good)
    yield from _foreign()
    yield from _wrong_names(good)
    yield from _truncated(good, random.Random(seed))  # noqa: S311 a corpus, not a secret
    yield from _random_bytes(random.Random(seed + 1))  # noqa: S311
    yield from mutated(good, seed=seed + 2, count=_MUTATIONS)


def good_files() -> dict[str, bytes]:
    """A small well-formed file for every way a format is decoded."""
    image = photo(5, (96, 72))
    frames = [photo(number, (96, 72)) for number in (6, 7)]
    return {
        "jpeg": encoded(image, "JPEG", quality=80),
        "progressive jpeg": encoded(image, "JPEG", quality=80, progressive=True),
        "png": encoded(image, "PNG"),
        "palette png": encoded(image.quantize(16), "PNG"),
        "gif": encoded(image.quantize(64), "GIF"),
        "animated gif": encoded(image, "GIF", save_all=True, append_images=frames),
        "webp": encoded(image, "WEBP", method=0),
        "lossless webp": encoded(image.convert("RGBA"), "WEBP", lossless=True, method=0),
        "animated webp": encoded(image, "WEBP", save_all=True, append_images=frames, method=0),
        "bmp": encoded(image, "BMP"),
        "tiff": encoded(image, "TIFF"),
        **{f"{name} tiff": encoded(image, "TIFF", compression=name) for name in ("tiff_lzw", "tiff_deflate", "jpeg")},
        "jpeg 2000": encoded(image, "JPEG2000"),
        "avif": encoded(image, "AVIF", speed=10),
        "heic": encoded_heic(image),
        "jpeg xl": encoded_jxl(image),
        "dng": dng(encoded(image, "JPEG", quality=80)),
    }


def mutated(good: dict[str, bytes], *, seed: int, count: int) -> Iterator[File]:
    """``count`` damaged copies of each file: bytes flipped, cut out, doubled or overwritten."""
    chance = random.Random(seed)  # noqa: S311
    for name, original in good.items():
        for number in range(count):
            data = bytearray(original)
            for _ in range(chance.choice((1, 2, 8, 32))):
                at = chance.randrange(len(data))
                match chance.randrange(4):
                    case 0:
                        data[at] ^= 1 << chance.randrange(8)
                    case 1:
                        data[at] = chance.choice((0, 0x7F, 0x80, 0xFF))
                    case 2:
                        del data[at : at + chance.randrange(1, 9)]
                    case _:
                        data[at:at] = data[at : at + chance.randrange(1, 9)]
            yield f"odd/mutated {name} {number}", bytes(data)


def _polyglots(good: dict[str, bytes]) -> Iterator[File]:
    script, page, archive = (
        b"*/=1;alert(1)//",
        b"<html><script>alert(1)</script>",
        b"PK\x03\x04" + bytes(60) + b"PK\x05\x06",
    )
    yield "odd/gif and JavaScript", b"GIF89a/*" + bytes(40) + script
    yield "odd/gif and JavaScript in a comment", made.gif(4, 4, before=b"!\xfe" + bytes([len(script)]) + script + b"\0")
    for name, data in good.items():
        for behind, tail in (("a page", page), ("an archive", archive), ("another image", good["png"])):
            yield f"whole/{name} with {behind} behind it", data + tail
    comment = made.jpeg_segment(0xFE, b"<?php system($_GET['c']); ?>" + page)
    yield "whole/jpeg with a page in its comment", b"\xff\xd8" + comment + good["jpeg"][2:]
    text = made.chunk(b"tEXt", b"Comment\0" + page)
    yield "whole/png with a page in its text", good["png"][:33] + text + good["png"][33:]
    yield "odd/jpeg inside a png", made.png(made.ihdr(96, 72), rows=good["jpeg"])
    yield "odd/png inside a jpeg", b"\xff\xd8\xff\xe0" + good["png"]


def _foreign() -> Iterator[File]:
    for name, data in _TEXTS.items():
        yield f"foreign/{name}", data
    image = photo(8, (32, 32))
    for kind in _WRITTEN_BY_PILLOW:
        file = BytesIO()
        image.convert("1" if kind in {"MSP", "XBM"} else "RGB").save(file, format=kind)
        yield f"foreign/{kind}", file.getvalue()


def _wrong_names(good: dict[str, bytes]) -> Iterator[File]:
    for name, ending in (
        ("png", "jpg"),
        ("jpeg", "png"),
        ("gif", "webp"),
        ("webp", "gif"),
        ("jpeg", "svg"),
        ("png", "exe"),
    ):
        yield f"whole/{name} in an upload.{ending}", good[name]
    yield "foreign/TGA in an upload.png", encoded(photo(8, (32, 32)), "TGA")


def _truncated(good: dict[str, bytes], chance: random.Random) -> Iterator[File]:
    for name, data in good.items():
        cuts = {len(data) - 1, len(data) - 2, len(data) // 2, 30}
        while len(cuts) < _CUTS:
            cuts.add(chance.randrange(16, len(data)))
        for cut in sorted(cuts):
            yield f"truncated/{name} after {cut} of {len(data)} bytes", data[:cut]


def _random_bytes(chance: random.Random) -> Iterator[File]:
    starts = {
        "jpeg": b"\xff\xd8\xff",
        "png": made.PNG_MAGIC,
        "gif": b"GIF89a",
        "webp": b"RIFF\0\x08\0\0WEBPVP8 ",
        "lossless webp": b"RIFF\0\x08\0\0WEBPVP8L",
        "extended webp": b"RIFF\0\x08\0\0WEBPVP8X",
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "avif": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
        "tiff": b"II*\0\x08\0\0\0",
        "bmp": b"BM\0\0\1\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x20\0\0\0\x20\0\0\0\1\0\x18\0",
        "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 \0\0\0\0jp2 ",
        "jpeg xl": b"\xff\x0a",
        "cr3": b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
        "raf": b"FUJIFILMCCD-RAW 0201",
    }
    for number in range(10):
        yield f"foreign/random bytes {number}", b"\0" + chance.randbytes(chance.choice((1, 100, 5_000)))
        for name, start in starts.items():
            yield f"odd/random {name} {number}", start + chance.randbytes(chance.choice((4, 60, 3_000)))
