"""What the commands on models say while they work, and the errors that end them."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # another command must not wait for numpy
    from services.vision.packages import Package
    from services.vision.packages.progress import Step


class NothingToCountError(Exception):
    """No picture to measure with; the message is a sentence for the operator."""


class Teller:
    """Says on stderr what a build does; a download in steps of five percent."""

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, step: "Step") -> None:
        line = f"{step.what} …"
        if step.total:
            line = f"{step.what}: {step.done * 20 // step.total * 5} % of {step.total / 1e6:.0f} MB"
        if line != self._said:
            sys.stderr.write(f"{line}\n")
            self._said = line


def weights_said(package: "Package") -> str:
    """Where the weights are from, and whether labels mean anything."""
    kind = package.manifest.weights_kind
    return f"{kind}, trained" if package.manifest.trained else f"{kind}: random numbers, the labels mean nothing"
