"""What every engine offers: a batch of pictures in, probabilities and embeddings out."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.vision.shapes import NetworkShape


class EngineKind(StrEnum):
    """The engines by name; AUTO is openvino where it can be imported, else tensorflow, and never remote."""

    AUTO = "auto"
    OPENVINO = "openvino"
    TENSORFLOW = "tensorflow"
    REMOTE = "remote"


class Precision(StrEnum):
    """What the engine computes in; AUTO is bf16 where processor and package allow it, else fp32.

    INT8 belongs to the package: one that was quantized runs in nothing else, and no other one runs in it.
    """

    AUTO = "auto"
    FP32 = "fp32"
    BF16 = "bf16"
    INT8 = "int8"


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A model on a server of the Open Inference Protocol v2, for the remote engine.

    `url` is http(s), what stands before /v2. `name` is the package's where it is None. `token` is sent as
    bearer. `timeout_s` bounds each call.
    """

    url: str
    name: str | None = None
    token: str | None = field(default=None, repr=False)
    timeout_s: float = 5.0


class EngineInputError(ValueError):
    """The batch is not what the network takes: the caller's mistake."""


class EngineError(RuntimeError):
    """The engine failed, or was closed: not the caller's mistake."""


@dataclass(frozen=True, slots=True, eq=False)
class Inference:
    """probabilities (N, classes) float32, rows sum to 1; embeddings (N, embedding_size) float32, not normalised.

    In memory of their own.
    """

    probabilities: NDArray[np.float32]
    embeddings: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.probabilities)


class Engine(Protocol):
    """A network in memory. Synchronous; at most `workers` threads at a time: InferenceQueue is the way to share one.

    Row i of the answer depends on picture i only: within one call equal pictures give equal rows, and the other
    pictures of a batch change a row by rounding at most.
    """

    @property
    def name(self) -> str:
        """`openvino`, `tensorflow` or `remote`."""

    @property
    def precision(self) -> Precision:
        """What it computes in: FP32, BF16 or INT8, never AUTO."""

    @property
    def shape(self) -> NetworkShape:
        """The sizes of the network's input and outputs."""

    @property
    def max_batch(self) -> int:
        """The most pictures that one call takes."""

    @property
    def workers(self) -> int:
        """How many threads may call infer at once."""

    def infer(self, batch: NDArray[np.uint8]) -> Inference:
        """Run pictures, uint8 RGB (N, *shape.image), 0 ≤ N ≤ max_batch, in one forward pass.

        Raises EngineInputError (shape, dtype or size of the batch) and EngineError (closed, or the runtime failed).
        """

    def close(self) -> None:
        """Free the network. Twice is fine; infer raises EngineError afterwards."""


def check_batch(batch: NDArray[np.uint8], shape: NetworkShape, max_batch: int) -> None:
    """Raise EngineInputError unless `batch` is what Engine.infer takes."""
    if not isinstance(batch, np.ndarray) or batch.dtype != np.uint8 or batch.shape[1:] != shape.image:
        given = f"{batch.dtype} {batch.shape}" if isinstance(batch, np.ndarray) else type(batch).__name__
        wanted = ", ".join(map(str, shape.image))
        raise EngineInputError(f"this network takes uint8 (N, {wanted}), not {given}")
    if len(batch) > max_batch:
        raise EngineInputError(f"a batch of {len(batch)} pictures is larger than the engine's {max_batch}")


def empty_inference(shape: NetworkShape) -> Inference:
    """The answer to an empty batch."""
    return Inference(np.empty((0, shape.classes), np.float32), np.empty((0, shape.embedding_size), np.float32))
