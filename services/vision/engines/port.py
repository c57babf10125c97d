"""What every engine offers: a batch of pictures in, probabilities and embeddings out."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

IMAGE_SHAPE = (299, 299, 3)
CLASSES = 1000
EMBEDDING_SIZE = 2048


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

    `url` is http(s), what stands before /v2. `token` is sent as bearer. `timeout_s` bounds each call.
    """

    url: str
    name: str = "inception_v3"
    token: str | None = field(default=None, repr=False)
    timeout_s: float = 5.0


class EngineInputError(ValueError):
    """The batch is not what the network takes: the caller's mistake."""


class EngineError(RuntimeError):
    """The engine failed, or was closed: not the caller's mistake."""


@dataclass(frozen=True, slots=True, eq=False)
class Inference:
    """probabilities (N, 1000) float32, rows sum to 1; embeddings (N, 2048) float32, not normalised. Own memory."""

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
    def max_batch(self) -> int:
        """The most pictures that one call takes."""

    @property
    def workers(self) -> int:
        """How many threads may call infer at once."""

    def infer(self, batch: NDArray[np.uint8]) -> Inference:
        """Run (N, 299, 299, 3) uint8 RGB pictures, 0 ≤ N ≤ max_batch, in one forward pass.

        Raises EngineInputError (shape, dtype or size of the batch) and EngineError (closed, or the runtime failed).
        """

    def close(self) -> None:
        """Free the network. Twice is fine; infer raises EngineError afterwards."""


def check_batch(batch: NDArray[np.uint8], max_batch: int) -> None:
    """Raise EngineInputError unless `batch` is what Engine.infer takes."""
    if not isinstance(batch, np.ndarray) or batch.dtype != np.uint8 or batch.shape[1:] != IMAGE_SHAPE:
        given = f"{batch.dtype} {batch.shape}" if isinstance(batch, np.ndarray) else type(batch).__name__
        raise EngineInputError(f"an engine takes uint8 (N, 299, 299, 3), not {given}")
    if len(batch) > max_batch:
        raise EngineInputError(f"a batch of {len(batch)} pictures is larger than the engine's {max_batch}")


def empty_inference() -> Inference:
    """The answer to an empty batch."""
    return Inference(np.empty((0, CLASSES), np.float32), np.empty((0, EMBEDDING_SIZE), np.float32))
