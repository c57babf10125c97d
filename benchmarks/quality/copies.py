"""Are copies found: by their vectors at rank 1, and by their perceptual hashes; and what does the band say?"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.transforms import TRANSFORMS
from services.similarity.domain import Band, Fingerprint
from services.similarity.services.bands import band_of
from services.vision.decoding import DecodedImage
from services.vision.perceptual_hash import NEAR_BITS, differing_bits, is_telling

RANK_HEAD = ("package", "precision", *TRANSFORMS)
THRESHOLDS = (4, 6, NEAR_BITS, 10, 12, 16)
HASH_HEAD = ("bits that may differ", *TRANSFORMS, "false pairs")
BAND_HEAD = ("package", "of copies", "cosine least", "median", *Band)


@dataclass(frozen=True)
class Copies:
    """Of one transform: the files' fingerprints and embeddings (N, D), in the order of the counted photographs."""

    prints: list[Fingerprint]
    embeddings: NDArray[np.float32]


def fingerprint(data: bytes, picture: DecodedImage) -> Fingerprint:
    return Fingerprint(hashlib.sha256(data).hexdigest(), picture.perceptual_hash, (picture.width, picture.height))


def unit(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.linalg.norm(embeddings, axis=1, keepdims=True)
    return embeddings / lengths


def rank_row(library: NDArray[np.float32], copies: dict[str, Copies]) -> list[str]:
    """How many copies have the photograph that they were made of (row i of the library) as their nearest."""
    kept = unit(library)
    cells = []
    for one in copies.values():
        nearest = (unit(one.embeddings) @ kept.T).argmax(axis=1)
        found = int((nearest == np.arange(len(nearest))).sum())
        cells.append(f"{found}/{len(nearest)}")
    return cells


def band_rows(
    title: str, library: NDArray[np.float32], prints: Sequence[Fingerprint], copies: dict[str, Copies]
) -> list[list[str]]:
    """What band a photograph has when its copy is asked with."""
    rows = []
    for name, one in copies.items():
        scores = (unit(one.embeddings) * unit(library[: len(one.embeddings)])).sum(axis=1)
        asked = zip(prints, scores.tolist(), one.prints, strict=False)
        bands = Counter(band_of(stored, score, [copy]) for stored, score, copy in asked)
        numbers = [f"{scores.min():.5f}", f"{np.median(scores):.5f}"]
        rows.append([title, name, *numbers, *(str(bands[band]) for band in Band)])
    return rows


def different_pair_row(title: str, library: NDArray[np.float32]) -> str:
    """How near two different photographs are at most, and in the middle."""
    kept = unit(library)
    scores = (kept @ kept.T)[np.triu_indices(len(kept), 1)]
    return f"{title}: cosine of different photographs {scores.max():.4f} at most, {np.median(scores):.4f} in the median"


def hash_rows(prints: Sequence[Fingerprint], copies: dict[str, list[Fingerprint]]) -> list[list[str]]:
    """For some thresholds: the share of copies within it, and the pairs of different photographs within it."""
    false = [_distance(one, other) for one, other in combinations(prints, 2)]
    rows = []
    for bits in THRESHOLDS:
        cells = []
        for some in copies.values():
            near = sum(_distance(one, other) <= bits for one, other in zip(prints, some, strict=False))
            cells.append(f"{100 * near / len(some):.0f} %")
        name = f"{bits}, the rule" if bits == NEAR_BITS else str(bits)
        rows.append([name, *cells, f"{sum(found <= bits for found in false)}"])
    return rows


def false_copies(prints: Sequence[Fingerprint]) -> str:
    """By the rule itself."""
    pairs = list(combinations(prints, 2))
    called = sum(differing_bits(one.perceptual_hash, other.perceptual_hash) is not None for one, other in pairs)
    telling = sum(is_telling(one.perceptual_hash) for one in prints)
    least = min(_distance(one, other) for one, other in pairs)
    return (
        f"False near copies: {called} of {len(pairs):,} pairs of different photographs; the nearest two differ in "
        f"{least} bits. {telling} of {len(prints)} hashes say something."
    )


def _distance(one: Fingerprint, other: Fingerprint) -> int:
    """In bits; 64 where one of the hashes says nothing."""
    if not (is_telling(one.perceptual_hash) and is_telling(other.perceptual_hash)):
        return 64
    return (one.perceptual_hash ^ other.perceptual_hash).bit_count()
