"""Are the labels right, and how much does a precision change?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.quality.networks import Network, verdict
from benchmarks.quality.photographs import Photographs
from services.vision.engines import Inference
from services.vision.engines.agreement import Agreement, cosines

GOLDEN_HEAD = ("package", "precision", "cosine", "centred", "probability ±", "golden limits")
HEAD = (
    "package",
    "precision",
    "photographs",
    "same first as fp32",
    "cosine least",
    "median",
    "labelled",
    "top-1 %",
    "top-5 %",
)


@dataclass(frozen=True)
class Answered:
    """`answer` is of all photographs, the counted ones first."""

    network: Network
    golden: Agreement
    answer: Inference


def golden_row(found: Answered) -> list[str]:
    golden, precision = found.golden, found.network.precision
    numbers = [f"{golden.cosine:.6f}", f"{golden.centred_cosine:.5f}", f"{golden.probability:.4f}"]
    return [found.network.title, precision, *numbers, verdict(golden, precision)]


def label_row(found: Answered, reference: Answered, photographs: Photographs) -> list[str]:
    """Of the counted photographs; the last cells are empty where none of them is labelled."""
    counted = len(photographs.counted)
    ours, theirs = (one.answer for one in (found, reference))
    same = ours.probabilities[:counted].argmax(axis=1) == theirs.probabilities[:counted].argmax(axis=1)
    cosine = cosines(ours.embeddings[:counted], theirs.embeddings[:counted])
    agreement = [f"{same.sum()}", f"{cosine.min():.5f}", f"{np.median(cosine):.5f}"]
    head = [found.network.title, found.network.precision, str(counted)]
    return [*head, *agreement, *_right(found, photographs)]


def _right(found: Answered, photographs: Photographs) -> Sequence[str]:
    ids = np.array([label.id for label in found.network.package.labels])
    labelled = photographs.labelled
    if not labelled:
        return ("", "", "")
    wanted = np.array([photographs.counted[number].wordnet_id for number in labelled])
    order = np.argsort(-found.answer.probabilities[labelled], axis=1, kind="stable")[:, :5]
    right = ids[order] == wanted[:, None]
    return (str(len(labelled)), f"{100 * right[:, 0].mean():.1f}", f"{100 * right.any(axis=1).mean():.1f}")
