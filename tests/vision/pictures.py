"""Pictures to infer: photographs where the machine has some, else drawn ones."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.photographs import photo_files

_SIZE = 299


def photographs(count: int, size: int = _SIZE) -> NDArray[np.uint8]:
    """(count, size, size, 3) uint8: of PICTOR_TEST_PHOTOS, else ../shared/photos beside the repository, else drawn."""
    files = photo_files(count)
    if len(files) < count:
        return np.stack([drawn(seed, size) for seed in range(count)])
    return np.stack([_read(path, size) for path in files])


def drawn(seed: int, size: int = _SIZE) -> NDArray[np.uint8]:
    """A picture of coloured discs on a gradient, (size, size, 3) uint8; another seed, another picture."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:size, 0:size] / size
    picture = np.outer(y.ravel(), random.random(3)) + np.outer(x.ravel(), random.random(3))
    for _ in range(12):
        centre, radius, colour = random.random(2), random.uniform(0.03, 0.25), random.random(3) * 2
        picture[((x - centre[0]) ** 2 + (y - centre[1]) ** 2 < radius**2).ravel()] = colour
    return (picture.reshape(size, size, 3) / 2 * 255).astype(np.uint8)


def constant(value: int, size: int = _SIZE) -> NDArray[np.uint8]:
    """One grey all over."""
    return np.full((size, size, 3), value, np.uint8)


def _read(path: Path, size: int) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR))
