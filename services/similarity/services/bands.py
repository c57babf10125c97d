"""Whether a hit is the same picture, a copy of it, or alike."""

from collections.abc import Iterable

from services.similarity.domain import Band, Fingerprint

EXACT_SCORE = 0.999
NEAR_BITS = 8
"""Bits of 64 in which the hashes of copies may differ.

Krawetz, who described the hash ("Looks Like It", hackerfactor.com, 2011), takes up to 5 for the same picture and more
than 10 for another one. The hashes of unrelated pictures differ in 32 ± 4 bits: 8 is 6 standard deviations away, about
one wrong pair in 3.6 billion.
"""


def band_of(found: Fingerprint, score: float, likenesses: Iterable[Fingerprint]) -> Band:
    """Compare a hit with the pictures that were asked with; without any (a vector, a region) it is just similar.

    The same picture in another file (a PNG of a JPEG, other metadata) has the size, the hash and nearly the vector.
    """
    band = Band.SIMILAR
    for asked in likenesses:
        differing = (found.perceptual_hash ^ asked.perceptual_hash).bit_count()
        same = differing == 0 and found.size == asked.size and score >= EXACT_SCORE
        if same or found.sha256 == asked.sha256:
            return Band.EXACT
        if differing <= NEAR_BITS:
            band = Band.NEAR_DUPLICATE
    return band
