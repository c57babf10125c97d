"""Several likes and unlikes become one direction."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.similarity.index import InvalidVector, Vector
from services.similarity.index.vectors import unit_half
from services.similarity.services.errors import InvalidQueryVector

UNLIKE_WEIGHT = 0.5


def direction(likes: Sequence[Vector], unlikes: Sequence[Vector]) -> Vector:
    """The mean of the likes minus half the mean of the unlikes, every example of length 1; (D,) float32.

    J. Rocchio, "Relevance feedback in information retrieval", in Salton (ed.), The SMART Retrieval System, 1971; the
    weights give the direction that Qdrant's recommendation strategy average_vector gives. Raises InvalidVector for an
    example without direction, InvalidQueryVector when they cancel out.
    """
    found = _mean(likes)
    if unlikes:
        found -= UNLIKE_WEIGHT * _mean(unlikes)
    try:
        unit_half(found)
    except InvalidVector as error:
        raise InvalidQueryVector("What you like and what you do not like cancel out.") from error
    return found.astype(np.float32)


def _mean(examples: Sequence[Vector]) -> NDArray[np.float64]:
    rows = np.stack([unit_half(example).astype(np.float64) for example in examples])
    mean: NDArray[np.float64] = rows.mean(axis=0)
    return mean
