"""What is known of a network before it is built."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.vision.network_contract import InputContract, OutputContract
from services.vision.packages.networks.runtime import Network

IMAGENET_CLASSES = 1000


@dataclass(frozen=True, slots=True)
class KerasFile:
    """The official weights are a file that Keras Applications downloads; `module` is its source there."""

    module: str


@dataclass(frozen=True, slots=True)
class WheelFile:
    """The official weights are a file inside a package of the index; `sha256` is of the file."""

    distribution: str
    module: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """A network that packages can be made of.

    `build` makes it with fresh weights: uint8 (N, size, size, 3) → {probabilities (N, classes), embedding
    (N, embedding_size)}, both float32. `load` reads a weights file of a kind that Keras does not know (its name ends
    with one of `own_suffixes`) into such a network, and raises ValueError for one that does not fit.
    """

    name: str
    title: str
    input: InputContract
    parameters: int
    embedding_size: int
    embedding_meaning: str
    licence: str
    official: KerasFile | WheelFile
    build: Callable[[], Network]
    classes: int = IMAGENET_CLASSES
    own_suffixes: tuple[str, ...] = ()
    load: Callable[[Network, Path], None] | None = None

    @property
    def outputs(self) -> tuple[OutputContract, OutputContract]:
        """As they stand in a manifest."""
        return (
            OutputContract(name="probabilities", size=self.classes, meaning="softmax over the labels"),
            OutputContract(name="embedding", size=self.embedding_size, meaning=self.embedding_meaning),
        )
