"""Pictures to infer: photographs where the machine has some, else drawn ones."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.photographs import photo_files

_SIZE = 299


def photographs(count: int) -> NDArray[np.uint8]:
    """(count, 299, 299, 3) uint8: from PICTOR_TEST_PHOTOS, else ../shared/photos beside the repository, else drawn."""
    files = photo_files(count)
    if len(files) < count:
        return np.stack([drawn(seed) for seed in range(count)])
    return np.stack([_read(path) for path in files])


def drawn(seed: int) -> NDArray[np.uint8]:
    """A picture of coloured discs on a gradient, (299, 299, 3) uint8; another seed, another picture."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:_SIZE, 0:_SIZE] / _SIZE
    picture = np.outer(y.ravel(), random.random(3)) + np.outer(x.ravel(), random.random(3))
    for _ in range(12):
        centre, radius, colour = random.random(2), random.uniform(0.03, 0.25), random.random(3) * 2
        picture[((x - centre[0]) ** 2 + (y - centre[1]) ** 2 < radius**2).ravel()] = colour
    return (picture.reshape(_SIZE, _SIZE, 3) / 2 * 255).astype(np.uint8)


def constant(value: int) -> NDArray[np.uint8]:
    """One grey all over."""
    return np.full((_SIZE, _SIZE, 3), value, np.uint8)


def _read(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((_SIZE, _SIZE), Image.Resampling.BILINEAR))
