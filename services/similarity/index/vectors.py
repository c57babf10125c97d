"""What every index keeps of a vector."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from services.similarity.index.errors import InvalidVector


def unit_half(vector: ArrayLike) -> NDArray[np.float16]:
    """The direction of a vector in half precision, (D,) float16. Raises InvalidVector.

    Scaled to length 1 first: half precision ends at 65,504, and the mean of directions is what sign bits are centred
    on. Rounding moves the cosine of two vectors of 2,048 components by 5e-6 (standard deviation; 2e-5 at the most of
    500 measured), and always in the same way: what is kept is compared exactly.
    """
    given = np.asarray(vector, dtype=np.float64)
    if given.ndim != 1 or not given.size:
        raise InvalidVector("A vector is a flat list of numbers.")
    if not np.isfinite(given).all():
        raise InvalidVector("A vector's components are finite numbers: no NaN, no infinity.")
    largest = np.abs(given).max()
    if largest == 0:
        raise InvalidVector("A vector of zeros has no direction.")
    scaled = given / largest  # so that squaring neither overflows nor vanishes
    direction: NDArray[np.float64] = scaled / np.linalg.norm(scaled)
    return direction.astype(np.float16)
