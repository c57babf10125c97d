"""A library of vectors that behave like pooled features of photographs, made in chunks and kept in a file.

A vector is a rectified random linear map of a few hidden factors, plus noise of its own: never negative, half of its
components near nought, a few large, cosines of unlike pictures around 0.5. The factors come from classes of classes, of
unequal sizes, so that neighbourhoods are dense in places and empty in others; one image in fifty is nearly a copy of
another. (Approximate nearest-neighbour search is easy on data without such structure or impossible on pure noise: M.
Aumüller et al., "ANN-Benchmarks", Information Systems 87, 2020, §4.)
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

DIMENSION = 2048
FACTORS = 64
FAMILIES, CLASSES = 40, 1000
CHUNK = 20_000
COPIES = 50
STRANGERS = 200
OWNERS = {"10 %": UUID(int=0xA10), "1 %": UUID(int=0xA01), "0.1 %": UUID(int=0xA001)}
OTHERS = UUID(int=0xFFF)


@dataclass(frozen=True)
class Library:
    """`vectors` (rows, DIMENSION) float16 of length 1, on disk; `classes` (rows,) int; row n has the id `id_of(n)`.

    `strangers` (STRANGERS, DIMENSION) float32: queries of classes that the library has not.
    """

    vectors: NDArray[np.float16]
    classes: NDArray[np.int64]
    strangers: NDArray[np.float32]

    @property
    def rows(self) -> int:
        return len(self.vectors)


def id_of(row: int) -> UUID:
    return UUID(int=(0x0197_A3C0 << 96) + row + 1)


def row_of(image_id: str) -> int:
    return (UUID(image_id).int & (2**64 - 1)) - 1


def labels_of(row: int, its_class: int) -> list[str]:
    """`any…` fall on rows as they come, `of…` on whole classes: the nearest images of a query may have none of them."""
    shares = (("10", 10), ("1", 100), ("01", 1000))
    scattered = [f"any{name}" for name, part in shares if row * 2_654_435_761 % 2**32 % part == 0]
    return [*scattered, *(f"of{name}" for name, part in shares if its_class % part == 0)]


def owner_of(row: int) -> UUID:
    drawn = row * 40_503 % 65_521 % 1000
    if drawn < 100:
        return OWNERS["10 %"]
    if drawn < 110:
        return OWNERS["1 %"]
    return OWNERS["0.1 %"] if drawn == 110 else OTHERS


def library(folder: Path, rows: int) -> Library:
    """The library of so many rows: the one in the folder, or a new one. Never more than a chunk in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    place, classes = folder / f"vectors-{rows}.npy", folder / f"classes-{rows}.npy"
    if not place.exists() or not classes.exists():
        _make(place, classes, rows)
    return Library(np.load(place, mmap_mode="r"), np.load(classes), _strangers())


def _make(place: Path, classes: Path, rows: int) -> None:
    unfinished = place.with_suffix(".unfinished")
    kept = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.float16, shape=(rows, DIMENSION))
    chosen = np.empty(rows, np.int64)
    world = _World(seed=0)
    for start in range(0, rows, CHUNK):
        end = min(start + CHUNK, rows)
        random = np.random.default_rng([1, start])
        chosen[start:end] = random.choice(CLASSES, end - start, p=world.sizes)
        drawn = world.images(chosen[start:end], random)
        copies = np.arange(COPIES - 1, len(drawn), COPIES)
        drawn[copies] = drawn[copies - 1] * random.normal(1, 0.03, (len(copies), DIMENSION)).astype(np.float32)
        chosen[start + copies] = chosen[start + copies - 1]
        kept[start:end] = _directions(drawn)
        print(f"  made {end:,} of {rows:,} vectors", flush=True)
    kept.flush()
    np.save(classes, chosen)
    unfinished.rename(place)


class _World:
    """Where classes lie and how images spread about them; the map from factors to features is one for all."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng([seed, 7])
        self.spread = 1 / np.sqrt(1 + np.arange(FACTORS) / 6)
        families = random.normal(size=(FAMILIES, FACTORS)) * self.spread
        self.centres = 0.7 * families[random.integers(0, FAMILIES, CLASSES)]
        self.centres += 0.7 * random.normal(size=(CLASSES, FACTORS)) * self.spread
        weights = 1 / (10 + np.arange(CLASSES))
        self.sizes = weights / weights.sum()
        features = np.random.default_rng(11)
        self.map = features.normal(size=(FACTORS, DIMENSION)).astype(np.float32) / np.sqrt(FACTORS / 6)
        self.bias = features.normal(-0.2, 0.5, DIMENSION).astype(np.float32)

    def images(self, classes: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.float32]:
        factors = self.centres[classes] + 0.6 * random.normal(size=(len(classes), FACTORS)) * self.spread
        drawn = factors.astype(np.float32) @ self.map + self.bias
        drawn += 0.4 * random.standard_normal(drawn.shape, dtype=np.float32)
        rectified: NDArray[np.float32] = np.maximum(drawn, 0) ** 1.5
        return rectified


def _directions(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths


def _strangers() -> NDArray[np.float32]:
    random = np.random.default_rng(5)
    return _directions(_World(seed=99).images(random.integers(0, CLASSES, STRANGERS), random))
