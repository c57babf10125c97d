"""Whether a hit is the same picture, a copy of it, or alike."""

from collections.abc import Iterable

from services.similarity.domain import Band, Fingerprint
from services.vision.perceptual_hash import differing_bits

EXACT_SCORE = 0.999
"""Measured on trained weights (docs/quality.md): of 100 photographs all score 1.0000 when asked with their PNG. With a
JPEG of quality 40 none is exact with the starter, 6 are with an Inception V3 that was tuned for other classes.
Higher would part bf16 from fp32, which share a space: the vectors of one photograph had 0.9997.
"""


def band_of(found: Fingerprint, score: float, likenesses: Iterable[Fingerprint]) -> Band:
    """Compare a hit with the pictures that were asked with; without any (a vector, a region) it is just similar.

    The same picture in another file (a PNG of a JPEG, other metadata) has the size, the hash and nearly the vector.
    """
    band = Band.SIMILAR
    for asked in likenesses:
        differing = differing_bits(found.perceptual_hash, asked.perceptual_hash)
        same = differing == 0 and found.size == asked.size and score >= EXACT_SCORE
        if same or found.sha256 == asked.sha256:
            return Band.EXACT
        if differing is not None:
            band = Band.NEAR_DUPLICATE
    return band
