"""Pictures made to have a certain perceptual hash, so that a test can say how alike two are, to the bit."""

import numpy as np
from PIL import Image, PngImagePlugin

from tests.catalog.pictures import encoded

LOW, SIDE = 8, 32


def a_hash(seed: int) -> int:
    """A hash as photographs have it: 32 of 64 bits, with the highest (the mean brightness) among them."""
    order = np.random.default_rng(seed).permutation(63)[:31]
    return 1 << 63 | sum(1 << int(bit) for bit in order)


def differing(perceptual_hash: int, bits: int, *, first: int = 0) -> int:
    """The hash with an even number of bits changed, as many set as cleared; `first` says how many of both to skip."""
    assert bits % 2 == 0, "a hash has 32 bits"
    count = bits // 2
    ones = [bit for bit in range(63) if perceptual_hash >> bit & 1][first : first + count]
    zeros = [bit for bit in range(63) if not perceptual_hash >> bit & 1][first : first + count]
    return perceptual_hash ^ sum(1 << bit for bit in (*ones, *zeros))


def picture_of(perceptual_hash: int, *, size: tuple[int, int] = (64, 64), note: str = "") -> bytes:
    """A PNG with that hash: each low frequency is there with the sign that its bit asks for. `note` changes bytes."""
    cosines = np.cos(np.pi * np.outer(np.arange(LOW), 2 * np.arange(SIDE) + 1) / (2 * SIDE))
    signs = np.array([1 if perceptual_hash >> 63 - place & 1 else -1 for place in range(64)]).reshape(LOW, LOW)
    waves = cosines.T @ (signs * 4.0) @ cosines
    picture = Image.fromarray((waves + 128).clip(0, 255).round().astype(np.uint8)).resize(
        size, Image.Resampling.BICUBIC
    )
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", note)
    return encoded(picture, "PNG", pnginfo=about)
