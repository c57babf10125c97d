"""Random crops of photographs, and pictures unlike any photograph."""

import io
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.quality.photographs import no_photographs
from tests.photographs import drawn, encoded

_SIDE = 320
_QUALITY = 90
_LEAST, _MOST = 0.35, 0.9  # of the picture's sides


def crops(files: Sequence[bytes], count: int, *, seed: int) -> Iterator[bytes]:
    """`count` JPEG files: crops of the files in turn, each side a random part of the picture's; the same seed, the
    same crops."""
    random = np.random.default_rng(seed)
    for start in range(len(files)):
        several = len(range(start, count, len(files)))
        with Image.open(io.BytesIO(files[start])) as picture:
            whole = picture.convert("RGB")
        for _ in range(several):
            yield _crop(whole, random)


def calibration(files: Sequence[bytes], each: int) -> list[bytes]:
    """The pictures, and of each so many crops."""
    return [*files, *crops(files, each * len(files), seed=3)]


def strangers(count: int) -> list[bytes]:
    """A third each: noise of one kind and grain, drawn patterns, and crops of drawings and printed text."""
    random = np.random.default_rng(4)
    third = count // 3
    noise = [_noise(random) for _ in range(third)]
    patterns = [drawn(seed) if seed % 2 else _stripes(random) for seed in range(third)]
    return [*noise, *patterns, *crops(no_photographs(), count - 2 * third, seed=5)]


def _crop(whole: Image.Image, random: np.random.Generator) -> bytes:
    width, height = (max(round(side * random.uniform(_LEAST, _MOST)), 1) for side in whole.size)
    left, top = int(random.integers(whole.width - width + 1)), int(random.integers(whole.height - height + 1))
    part = whole.crop((left, top, left + width, top + height))
    part.thumbnail((_SIDE, _SIDE))
    return encoded(part, quality=_QUALITY)


def _noise(random: np.random.Generator) -> bytes:
    grain = int(random.integers(2, _SIDE))
    values = random.integers(0, 256, (grain, grain, 3), dtype=np.uint8)
    return encoded(Image.fromarray(values).resize((_SIDE, _SIDE)), quality=_QUALITY)


def _stripes(random: np.random.Generator) -> bytes:
    back, front = (tuple(int(part) for part in random.integers(0, 256, 3)) for _ in range(2))
    picture = Image.new("RGB", (_SIDE, _SIDE), back)
    pen, step = ImageDraw.Draw(picture), int(random.integers(6, 60))
    lean = int(random.integers(-_SIDE, _SIDE))
    for x in range(-_SIDE, 2 * _SIDE, 2 * step):
        pen.line((x, 0, x + lean, _SIDE), fill=front, width=step)
    return encoded(picture, quality=_QUALITY)
