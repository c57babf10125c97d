"""A perceptual hash: near copies of a picture have hashes that differ in few bits (see `vision/perceptual_hash.py`)."""

from math import cos, pi
from operator import mul

from PIL import Image

_SIDE = 32
_LOW = 8
_COSINES = [[cos(pi * u * (2 * x + 1) / (2 * _SIDE)) for x in range(_SIDE)] for u in range(_LOW)]


def hash_input(image: Image.Image) -> Image.Image:
    """The picture squeezed to the 32 x 32 pixels that the hash looks at (Lanczos)."""
    return image.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS)


def perceptual_hash(grey: Image.Image) -> int:
    """pHash of a mode L picture of 32 x 32: unsigned 64 bits, first coefficient in the highest bit.

    Keep the 8 x 8 lowest frequencies of the two-dimensional DCT-II, and set a bit where the
    coefficient is above their median. Source: N. Krawetz, "Looks Like It", hackerfactor.com, 2011, as ImageHash's
    ``phash(hash_size=8)`` reads it; equal to ``int(str(imagehash.phash(picture)), 16)``.
    Plain Python: 320 dot products of 32 numbers take 0.4 ms, and numpy would double the zygote's memory.
    """
    pixels = grey.tobytes()
    rows = [pixels[start : start + _SIDE] for start in range(0, _SIDE * _SIDE, _SIDE)]
    across = [[sum(map(mul, cosines, row)) for row in rows] for cosines in _COSINES]
    # Rounding: a flat area has coefficients of exactly 0, not of 1e-13 with a random sign.
    low = [round(sum(map(mul, cosines, across[u])), 6) for cosines in _COSINES for u in range(_LOW)]
    ordered = sorted(low)
    median = (ordered[len(low) // 2 - 1] + ordered[len(low) // 2]) / 2
    value = 0
    for coefficient in low:
        value = value << 1 | (coefficient > median)
    return value
