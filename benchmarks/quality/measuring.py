"""All that is measured of one package: its photographs and their copies, decoded once, through each precision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.copies import Copies, band_rows, different_pair_row, fingerprint, rank_row
from benchmarks.quality.crops import calibration, crops, strangers
from benchmarks.quality.decoding import decoded, pixels
from benchmarks.quality.labels import Answered, golden_row, label_row
from benchmarks.quality.networks import Network, Running, networks_of
from benchmarks.quality.photographs import Photographs
from benchmarks.quality.telling import tell
from benchmarks.quality.transforms import TRANSFORMS
from services.similarity.domain import Fingerprint
from services.vision.decoding import ModelInput
from services.vision.engines import Precision
from services.vision.packages import Package

CROPS_OF_EACH = 8
"""Of each photograph that calibrates int8."""
_CHUNK = 64


@dataclass
class Tables:
    """The rows of all packages. `prints` and `copied` are fingerprints, which no package changes."""

    golden: list[list[str]] = field(default_factory=list)
    labels: list[list[str]] = field(default_factory=list)
    ranks: list[list[str]] = field(default_factory=list)
    bands: list[list[str]] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    prints: list[Fingerprint] = field(default_factory=list)
    copied: dict[str, list[Fingerprint]] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """Files as a network takes them, (N, size, size, 3) uint8, with their fingerprints."""

    pixels: NDArray[np.uint8]
    prints: list[Fingerprint]

    @staticmethod
    def of(files: Sequence[bytes], wanted: ModelInput) -> "Seen":
        pictures = decoded(files, wanted)
        prints = [fingerprint(data, picture) for data, picture in zip(files, pictures, strict=True)]
        return Seen(pixels(pictures), prints)


def fill(tables: Tables, package: Package, photographs: Photographs, folder: Path) -> None:
    """Add the package's rows: all but those of searching."""
    wanted, space = package.manifest.input.model_input, package.manifest.space
    tell(f"{space}: decoding photographs and copies")
    whole = Seen.of([one.data for one in photographs.all], wanted)
    copied = {
        name: Seen.of([transform(one.data) for one in photographs.counted], wanted)
        for name, transform in TRANSFORMS.items()
    }
    tables.prints, tables.copied = whole.prints, {name: one.prints for name, one in copied.items()}
    shown = pixels(decoded(calibration([one.data for one in photographs.calibrating], CROPS_OF_EACH), wanted))
    reference: Answered | None = None
    for network in networks_of(package, folder, calibration=shown, held_out=whole.pixels[: len(photographs.counted)]):
        tell(f"{space}: photographs and copies in {network.precision}")
        with network.running() as running:
            found = Answered(network, running.golden(network.package), running.answers(whole.pixels))
            by_transform = {
                name: Copies(one.prints, running.answers(one.pixels).embeddings) for name, one in copied.items()
            }
        reference = reference or found
        library, title = found.answer.embeddings, f"{network.title} {network.precision}"
        tables.golden.append(golden_row(found))
        tables.labels.append(label_row(found, reference, photographs))
        tables.ranks.append([network.title, network.precision, *rank_row(library, by_transform)])
        if network.precision is Precision.FP32:
            tables.bands += band_rows(network.title, library, whole.prints, by_transform)
        tables.apart.append(different_pair_row(title, library))


@dataclass(frozen=True)
class Embedded:
    """What the searches are measured on: (N, D) float32 each."""

    library: NDArray[np.float32]
    queries: dict[str, NDArray[np.float32]]


def embedded(package: Package, photographs: Photographs, *, library: int, queries: int) -> Embedded:
    """Crops of the photographs for the library, other crops and strangers for the queries, in fp32."""
    wanted, space = package.manifest.input.model_input, package.manifest.space
    files = [one.data for one in photographs.all]
    with Network(package, Precision.FP32, package).running() as running:
        tell(f"{space}: embedding {library} crops")
        kept = _embeddings(running, crops(files, library, seed=1), wanted)
        tell(f"{space}: embedding {2 * queries} queries")
        held_out = _embeddings(running, crops(files, queries, seed=2), wanted)
        return Embedded(
            kept, {"other crops": held_out, "unlike anything": _embeddings(running, strangers(queries), wanted)}
        )


def _embeddings(running: Running, files: Iterable[bytes], wanted: ModelInput) -> NDArray[np.float32]:
    """A few at a time: thousands of pictures would take a gigabyte."""
    waiting, found = iter(files), []
    while some := list(islice(waiting, _CHUNK)):
        found.append(running.answers(pixels(decoded(some, wanted))).embeddings)
    return np.concatenate(found)
