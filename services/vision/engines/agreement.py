"""How far two sets of answers for the same pictures are apart, and how far they may be."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.vision.engines.port import Precision


@dataclass(frozen=True, slots=True)
class Agreement:
    """The worst picture counts.

    cosine: between the embeddings. centred_cosine: the same after taking the reference's mean embedding off both, since
    all embeddings of a network lie close together (cosine 0.997 between unrelated photographs without training) and the
    plain cosine would forgive a swapped colour channel. probability: largest absolute difference.
    """

    cosine: float
    centred_cosine: float
    probability: float

    def within(self, limit: "Agreement") -> bool:
        """Whether this is at least as close as `limit` in every number; never with a NaN."""
        return bool(
            self.cosine >= limit.cosine
            and self.centred_cosine >= limit.centred_cosine
            and self.probability <= limit.probability
        )


LIMITS = {
    Precision.FP32: Agreement(cosine=0.9999, centred_cosine=0.999, probability=1e-3),
    Precision.BF16: Agreement(cosine=0.999, centred_cosine=0.995, probability=2e-2),
    # From the same network on the machine that quantized it. A processor without VNNI rounds otherwise in between.
    Precision.INT8: Agreement(cosine=0.999, centred_cosine=0.995, probability=2e-2),
}
"""For the golden pictures. All processors and precisions that run a package write into one space, so their vectors must
be as good as equal: 0.999 is what the band `exact` asks of two files of one picture.

Measured on trained weights (docs/quality.md), cosine and centred cosine: fp32 0.999998 and 0.99999 at the least; bf16
of Inception V3 0.99990 and 0.99990, its int8 on a processor without VNNI 0.99998 and 0.9998. Of wrong inputs the
nearest, transposed, has 0.968 and 0.947, and without training 0.997 and 0.976; 0.98 would nearly let that through.
"""
# Half of what fp32 may differ: a network that is stored so has to stay within LIMITS on other processors, too.
STORED_AS_FLOAT16 = Agreement(cosine=0.99995, centred_cosine=0.9995, probability=5e-4)


def measure(
    probabilities: NDArray[np.float32],
    embeddings: NDArray[np.float32],
    reference_probabilities: NDArray[np.float32],
    reference_embeddings: NDArray[np.float32],
) -> Agreement:
    """Compare answers (N, classes) and (N, embedding_size) with the reference's for the same N ≥ 2 pictures."""
    mean = reference_embeddings.mean(axis=0)
    return Agreement(
        cosine=float(cosines(embeddings, reference_embeddings).min()),
        centred_cosine=float(cosines(embeddings - mean, reference_embeddings - mean).min()),
        probability=float(np.abs(probabilities - reference_probabilities).max()),
    )


def cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float64]:
    """The cosine between row i of the one and row i of the other, (N,)."""
    a, b = left.astype(np.float64), right.astype(np.float64)
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    # A zero vector has no direction: it agrees with nothing.
    found: NDArray[np.float64] = np.divide((a * b).sum(axis=1), norms, out=np.zeros(len(a)), where=norms > 0)
    return found
