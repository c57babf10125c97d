"""Golden input: pictures with the outputs that the reference engine gave for them when the package was built."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

GOLDEN_FILE = "golden.npz"


@dataclass(frozen=True, eq=False)
class Golden:
    """images (N, size, size, 3) uint8, probabilities (N, classes) float32, embeddings (N, embedding_size) float32."""

    images: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    embeddings: NDArray[np.float32]


def draw_golden_images(size: int) -> NDArray[np.uint8]:
    """Four drawn pictures (4, size, size, 3) uint8 that differ in colour, frequency and symmetry.

    No two rows, columns or channels are alike, so that swapped channels, a transposed or mirrored input or a missing
    scaling each change the outputs.
    """
    y, x = np.meshgrid(np.linspace(0, 1, size), np.linspace(0, 1, size), indexing="ij")
    gradient = np.stack([x, y**2, 1 - x * y], axis=-1)
    waves = (
        np.stack([np.sin(40 * x + 9 * y), np.sin(60 * y * x), np.cos(25 * (x - 0.3) ** 2 + 7 * y)], axis=-1) / 2 + 0.5
    )
    disc = ((x - 0.35) ** 2 + (y - 0.6) ** 2 < 0.25**2)[..., None]
    disc_picture = np.where(disc, np.array([0.9, 0.3, 0.1]), np.array([0.15, 0.35, 0.75]) * (0.5 + y[..., None] / 2))
    noise = np.random.default_rng(0).random((size, size, 3)) * np.array([1.0, 0.7, 0.4])
    return np.round(np.stack([gradient, waves, disc_picture, noise]) * 255).astype(np.uint8)


def write_golden(folder: Path, golden: Golden) -> None:
    """Store the pictures and their outputs in the package in `folder`."""
    np.savez_compressed(
        folder / GOLDEN_FILE,
        images=golden.images,
        probabilities=golden.probabilities,
        embeddings=golden.embeddings,
    )


def read_golden(folder: Path) -> Golden:
    """Read what write_golden stored, from a file whose digest was checked; raises OSError, KeyError, ValueError."""
    with np.load(folder / GOLDEN_FILE, allow_pickle=False) as arrays:
        return Golden(arrays["images"], arrays["probabilities"], arrays["embeddings"])
