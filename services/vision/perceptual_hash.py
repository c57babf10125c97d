"""When two perceptual hashes are of near copies: one rule, for the catalog's groups and for similarity's answers.

How a hash is computed stands in `decoding/hashing.py`.
"""

NEAR_BITS = 8
"""Bits of 64 in which the hashes of near copies may differ.

Krawetz, who described the hash ("Looks Like It", hackerfactor.com, 2011), takes up to 5 for the same picture and more
than 10 for another one. Measured on 113 photographs: half and quarter size and JPEG of quality 40 and 10 are all within
8 bits, crops to 95 % of each side in 93 %; of 6,328 pairs of different ones none is (mean 31, standard deviation 4).
Of 100 of them (docs/quality.md) 98 made brighter by 1.4 are, 58 with a caption over the lower eighth, 1 cropped to 80 %
and none mirrored or rotated: those are for the vectors to find. 12 bits would take in 87 with a caption and no pair
here, the nearest differing in 16; but a library of 100,000 has 800,000 times as many pairs.
"""
TELLING_BITS = 24
"""Bits that a hash must have set to say something. A bit is set where a frequency is above the median: 32 of 64, in
each of 113 photographs, and fewer only where frequencies tie at nothing. Measured on 40 drawn ones of a kind: uniform
pictures have 1, gradients and bands 1 to 8, mirror-symmetric drawings 11 to 20; of the first three all pairs are within
8 bits, and of all with 24 or more set, 2 in 51,000 different ones. No bound above: more than 32 cannot be set.
The catalog's SQL function `likeness` (migration 0004) has the same number.
"""
_ALL_BITS = (1 << 64) - 1


def is_telling(perceptual_hash: int) -> bool:
    """Whether the hash says what the picture shows; where it does not, only the same bytes make a copy.

    The hash is unsigned, or signed as Postgres keeps it.
    """
    return (perceptual_hash & _ALL_BITS).bit_count() >= TELLING_BITS


def signed(perceptual_hash: int) -> int:
    """The same 64 bits as Postgres keeps them."""
    return perceptual_hash - (1 << 64) if perceptual_hash >= 1 << 63 else perceptual_hash


def differing_bits(one: int, other: int) -> int | None:
    """In how many bits the hashes of near copies differ, 0 to NEAR_BITS; None where they are not of near copies."""
    if not (is_telling(one) and is_telling(other)):
        return None
    differing = ((one ^ other) & _ALL_BITS).bit_count()
    return differing if differing <= NEAR_BITS else None


def are_near_copies(one: int, other: int) -> bool:
    """By their hashes alone: files with the same bytes are copies whatever their hash."""
    return differing_bits(one, other) is not None
