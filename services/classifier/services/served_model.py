"""A model that serves: what it is, what its outputs mean, and the queue in front of its engine."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.classifier.services.errors import DeadlineMissed, EngineFailed, InferenceBusy, InferenceStopped
from services.classifier.services.request_statistics import RequestStatistics
from services.vision.batching import (
    DeadlineExceeded,
    InferenceFailed,
    InferenceQueue,
    ItemResult,
    Priority,
    QueueClosed,
    QueueFull,
)
from services.vision.engines.trials import Trial
from services.vision.labels import Label, digest_of
from services.vision.model_report import ModelReport, ModelSpeed, ModelState
from services.vision.packages import Manifest


@dataclass(frozen=True)
class ModelIdentity:
    """What every answer says about the model behind it. `version` is the digest of its weights, 12 digits of it."""

    name: str
    version: str
    space: str
    trained: bool
    engine: str
    precision: str

    @property
    def parameters(self) -> dict[str, str | bool]:
        """What the Open Inference Protocol has no member for."""
        return {
            "space": self.space,
            "trained": self.trained,
            "engine": self.engine,
            "precision": self.precision,
        }


@dataclass(frozen=True)
class EngineLayout:
    """How the engine is run: `workers` batches at a time, of at most `max_batch` images; one waits up to `max_delay_s`
    for company."""

    workers: int
    max_batch: int
    max_delay_s: float


class ServedModel:
    """Runs images on a loaded model. `labels` are those of the probabilities, by index.

    `manifest` says what the network takes and gives; `speed` what was measured of it here, None where nothing was;
    `requests` what became of the requests of the Open Inference Protocol.
    """

    def __init__(
        self,
        identity: ModelIdentity,
        *,
        manifest: Manifest,
        labels: Sequence[Label],
        queue: InferenceQueue,
        engine: EngineLayout,
        speed: Trial | None = None,
    ) -> None:
        self.identity = identity
        self.manifest = manifest
        self.labels = labels
        self.queue = queue
        self.engine = engine
        self.speed = speed
        self.requests = RequestStatistics()
        self._labels_digest = digest_of(label.id for label in labels)
        self.max_images = queue.capacity

    def report(self, *, state: ModelState, detail: str) -> ModelReport:
        """All that is known of it."""
        manifest, identity, shape = self.manifest, self.identity, self.manifest.shape
        return ModelReport(
            state=state,
            detail=detail,
            name=identity.name,
            network=manifest.network,
            space=identity.space,
            trained=identity.trained,
            licence=manifest.licence,
            engine=identity.engine,
            precision=identity.precision,
            input=manifest.input,
            classes=shape.classes,
            embedding_size=shape.embedding_size,
            labels_digest=self._labels_digest,
            speed=None if self.speed is None else ModelSpeed.model_validate(self.speed, from_attributes=True),
        )

    def require_room(self, priority: Priority) -> None:
        """Raise InferenceBusy when an image that came now would be refused."""
        try:
            self.queue.require_room(priority)
        except QueueFull as error:
            raise _busy(error) from error

    async def run(
        self, images: Sequence[NDArray[np.uint8]], *, deadline_s: float, priority: Priority
    ) -> list[ItemResult]:
        """Run images, uint8 in the network's input shape, at most `max_images`, all or none; results in their order.

        Raises InferenceBusy, DeadlineMissed, EngineFailed, InferenceStopped.
        """
        try:
            return await self.queue.submit_all(images, deadline_s=deadline_s, priority=priority)
        except QueueFull as error:
            raise _busy(error) from error
        except DeadlineExceeded as error:
            raise DeadlineMissed from error
        except QueueClosed as error:
            raise InferenceStopped from error
        except InferenceFailed as error:
            raise EngineFailed from error

    async def close(self, *, within_s: float) -> bool:
        """Finish what waits and free the engine; False when that took too long and the rest was refused."""
        return await self.queue.drain(within_s)


def _busy(error: QueueFull) -> InferenceBusy:
    return InferenceBusy(retry_after_s=math.ceil(error.retry_after_s))
