"""The order of `sort=random`: a hash of each image's number, the same here and in the database.

It is PostgreSQL's `hashint8extended(n, seed)`, in vectors: R. Jenkins, "lookup3.c", 2006, `final` over one word, as
PostgreSQL seeds it (src/common/hashfn.c). Its results are kept stable there, for partitions by hash lie on disk.
"""

import numpy as np

from services.catalog.services.search.segments.codec import Array

WORD = 0xFFFF_FFFF
START = (0x9E37_79B9 + 4 + 3_923_095) & WORD
MIX = ((0, 2, 4), (1, 0, 6), (2, 1, 8), (0, 2, 16), (1, 0, 19), (2, 1, 4))
"""Steps of `mix`: which word changes, by which one, rotated how far; that one then grows by the third."""
FINAL = ((2, 1, 14), (0, 2, 11), (1, 0, 25), (2, 1, 16), (0, 2, 4), (1, 0, 14), (2, 1, 24))


def shuffled(numbers: Array, seed: int) -> Array:
    """Give for each number (not negative, int32) its place in the order of a seed (int64): float64, as SQL casts it."""
    words = [np.full(len(numbers), word, np.uint32) for word in _seeded(seed)]
    words[0] += numbers.astype(np.uint32)
    for changed, by, far in FINAL:
        turned = (words[by] << np.uint32(far)) | (words[by] >> np.uint32(32 - far))
        words[changed] = (words[changed] ^ words[by]) - turned
    both = words[1].astype(np.uint64) << np.uint64(32) | words[2].astype(np.uint64)
    return both.view(np.int64).astype(np.float64)


def _seeded(seed: int) -> tuple[int, int, int]:
    if not seed:
        return START, START, START
    words = [(START + (seed >> 32)) & WORD, (START + seed) & WORD, START]
    for changed, by, far in MIX:
        other = 3 - changed - by
        words[changed] = (words[changed] - words[by]) & WORD
        words[changed] ^= (words[by] << far | words[by] >> (32 - far)) & WORD
        words[by] = (words[by] + words[other]) & WORD
    return words[0], words[1], words[2]
