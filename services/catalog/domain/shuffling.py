"""The order of `sort=random`: a hash of each image's number, the same in the database and in memory."""

from typing import Any

PRIME = 2**31 - 1
STEP = 1_640_531_527
"""Of PRIME the golden part, so that the numbers of one library lie apart for each seed."""


def shuffled(numbers: Any, seed: int) -> Any:  # noqa: ANN401 - what has `+`, `*` and `%`
    """Give for each number (0 to 2^31 - 1) its place in the order of a seed: the cube of their sum, modulo a prime.

    `numbers` is an array of int64, or a column of bigint: no product is larger. Up to three numbers have one place.
    """
    shifted = (numbers + (seed + 1) * STEP % PRIME) % PRIME
    return shifted * shifted % PRIME * shifted % PRIME
