"""A package in each precision that it can be run in here, whatever the golden limits say of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.telling import tell
from services.vision.engines import Inference, Precision
from services.vision.engines.agreement import LIMITS, Agreement, measure
from services.vision.engines.openvino import OpenVinoEngine, bf16_supported
from services.vision.packages import Package
from services.vision.packages.package import NETWORK_FILE
from services.vision.packages.quantize import quantize

_BATCH = 4


@dataclass(frozen=True)
class Network:
    """A network in a precision. `reference` is of the same package in fp32, which int8 was made from."""

    package: Package
    precision: Precision
    reference: Package

    @property
    def title(self) -> str:
        manifest = self.reference.manifest
        return manifest.space if manifest.trained else f"{manifest.space}, untrained"

    @contextmanager
    def running(self) -> Iterator["Running"]:
        engine = OpenVinoEngine(
            self.package.file(NETWORK_FILE),
            shape=self.package.manifest.shape,
            precision=self.precision,
            max_batch=_BATCH,
        )
        try:
            yield Running(engine)
        finally:
            engine.close()


@dataclass(frozen=True)
class Running:
    engine: OpenVinoEngine

    def answers(self, pictures: NDArray[np.uint8]) -> Inference:
        """Of pictures (N, size, size, 3) uint8, N ≥ 1."""
        found = [self.engine.infer(pictures[start : start + _BATCH]) for start in range(0, len(pictures), _BATCH)]
        return Inference(
            np.concatenate([one.probabilities for one in found]), np.concatenate([one.embeddings for one in found])
        )

    def golden(self, package: Package) -> Agreement:
        """How far it is from what the package's builder saw."""
        answer, golden = self.answers(package.golden.images), package.golden
        return measure(answer.probabilities, answer.embeddings, golden.probabilities, golden.embeddings)


def verdict(found: Agreement, precision: Precision) -> str:
    return "within" if found.within(LIMITS[precision]) else "refused by the golden limits"


def networks_of(
    package: Package, folder: Path, *, calibration: NDArray[np.uint8], held_out: NDArray[np.uint8]
) -> list[Network]:
    """In fp32, in bf16 where the processor offers it, and in int8, as a new package in `folder`."""
    manifest = package.manifest
    precisions = [Precision.FP32, *([Precision.BF16] if bf16_supported() else [])]
    found = [Network(package, precision, package) for precision in precisions]
    tell(f"{manifest.space}: quantizing with {len(calibration)} pictures")
    eight_bits = quantize(
        package,
        folder / f"{manifest.space}-int8",
        calibration=calibration,
        held_out=held_out,
        progress=lambda _: None,
    )
    return [*found, Network(eight_bits, Precision.INT8, package)]
