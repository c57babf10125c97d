"""The port of embedders."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.kit.http.problems import Unavailable
from services.vision.decoding import ModelInput

Pictures = NDArray[np.uint8]
"""(N, size, size, 3) uint8, RGB: what the decoder gives for the model's input."""

LOOK_AGAIN_S = 15
BROKEN_ADVICE = "The model package is refused; the operator finds why in the log."


class ModelMissing(Unavailable):
    """There is no model package: the operator has to bring one."""

    code = "model_missing"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, retry_after_s=LOOK_AGAIN_S)


class ModelNotReady(Unavailable):
    """The package is being loaded, or it is refused; the detail says which."""

    code = "model_not_ready"


def other_model() -> ModelNotReady:
    """What to raise for pictures that were prepared for another model."""
    return ModelNotReady("The model was changed a moment ago; ask again.", retry_after_s=1)


class EmbedderBusy(Unavailable):
    """All places are taken, or the turn did not come in time: nothing was computed."""

    code = "inference_busy"


class ModelState(StrEnum):
    READY = "ready"
    MISSING = "missing"
    LOADING = "loading"
    BROKEN = "broken"
    ELSEWHERE = "elsewhere"
    """It serves, but another space than the one that answers searches."""


@dataclass(frozen=True)
class ModelReport:
    """`space`, `trained` and `input` are None until a package could be read; `detail` says in one sentence what to do.

    `input` is how the model wants to see pictures.
    """

    state: ModelState
    detail: str
    space: str | None = None
    trained: bool | None = None
    input: ModelInput | None = None

    def require(self) -> None:
        """Raise ModelMissing, ModelNotReady unless the model serves."""
        if self.state is ModelState.MISSING:
            raise ModelMissing(self.detail)
        if self.state is ModelState.BROKEN:  # the detail is for the operator: it names files
            raise ModelNotReady(BROKEN_ADVICE, retry_after_s=LOOK_AGAIN_S)
        if self.state is ModelState.LOADING:
            raise ModelNotReady("The model is being loaded; try again shortly.", retry_after_s=2)
        if self.state is ModelState.ELSEWHERE:
            raise ModelNotReady(self.detail, retry_after_s=LOOK_AGAIN_S)


@dataclass(frozen=True, eq=False)
class Embeddings:
    """(N, D) float32, not normalised, one row for each picture, and the space they are of."""

    space: str
    trained: bool
    vectors: NDArray[np.float32]


class Embedder(Protocol):
    """Raises Unavailable (among them ModelMissing, ModelNotReady, EmbedderBusy, or with the code that the classifier
    gave), UpstreamFailed and UpstreamTimeout.
    """

    async def start(self) -> None:
        """Begin; returns at once, also without a model."""

    async def model(self) -> ModelReport:
        """What is known of the model now. Cheap."""

    async def embed(self, pictures: Pictures) -> Embeddings:
        """Embed 1 to 16 pictures with one model; row i depends on picture i only.

        Raises ModelNotReady, with a short patience, for pictures that were prepared for another model than it has now.
        """

    async def close(self) -> None:
        """Finish what is under way. Twice is fine."""
