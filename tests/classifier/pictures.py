"""Image files, drawn."""

import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import Image

from tests.vision.pictures import drawn

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


def an_image(kind: str, *, seed: int = 1) -> bytes:
    """A drawn picture of 299 x 299 as a JPEG, PNG, WEBP or GIF file."""
    file = BytesIO()
    picture = Image.fromarray(drawn(seed))
    picture.convert("P" if kind == "GIF" else "RGB").save(file, format=kind, quality=95)
    return file.getvalue()


def noise(side: int) -> bytes:
    """A PNG file of random pixels, which has three bytes for each of them."""
    file = BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, format="PNG", compress_level=0)
    return file.getvalue()


def a_png_of(width: int, height: int) -> bytes:
    """A PNG file whose header promises this size; there are no pixels in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
