"""From a package on disk to a model that serves: digests, golden input, and one picture through the whole path."""

import asyncio
import base64
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from services.classifier.config import Settings
from services.classifier.services.inference_metrics import InferenceMetrics
from services.classifier.services.served_model import EngineLayout, ModelIdentity, ServedModel
from services.vision.batching import InferenceQueue, Priority
from services.vision.decoding import Decoder, DecodeRequest
from services.vision.engines import Engine, open_engine
from services.vision.engines.processor import cores
from services.vision.engines.registry import measured_speed
from services.vision.labels import Label, UnknownLabelError, load_taxonomy
from services.vision.packages import ClassLabel, Package, load_package

logger = logging.getLogger(__name__)

WARM_UP_DEADLINE_S = 60.0
LEAST_QUEUE = 8
"""Callers send up to four images together, and somebody else may be waiting."""
# One brown pixel, PNG.
WARM_UP_IMAGE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mM4UaEBAAN0AWn1BwN7AAAAAElFTkSuQmCC"
)

LoadModel = Callable[[Path], Awaitable[ServedModel]]
"""Load the package in a folder; raises PackageError when it is refused."""


def model_loading(settings: Settings, *, decoder: Decoder, metrics: InferenceMetrics) -> LoadModel:
    """Give the function that loads packages as the settings say."""

    async def load(folder: Path) -> ServedModel:
        begun = time.monotonic()
        package, _ = await asyncio.gather(asyncio.to_thread(load_package, folder), decoder.start())
        opened: list[Engine] = []

        def open_it() -> Engine:
            opened.append(
                open_engine(
                    package,
                    settings.engine,
                    precision=settings.precision,
                    max_batch=settings.inference_max_batch,
                    remote=settings.remote,
                )
            )
            return opened[0]

        queue = InferenceQueue(
            open_it,
            max_delay_s=settings.inference_max_delay_s,
            max_queue=settings.inference_max_queue,
            least_queue=LEAST_QUEUE,
            observer=metrics.observe_batch,
        )
        try:
            await queue.start()
            labels = await asyncio.to_thread(_labels, package)
            warm = await decoder.decode_bytes(
                WARM_UP_IMAGE, DecodeRequest(model_input=package.manifest.input.model_input)
            )
            assert warm.model_input is not None  # noqa: S101 - asked for
            await queue.submit(warm.model_input, deadline_s=WARM_UP_DEADLINE_S, priority=Priority.SEARCH)
        except BaseException:
            await queue.drain(0)
            raise
        engine = opened[0]
        model = ServedModel(
            _identity(package, engine),
            manifest=package.manifest,
            labels=labels,
            queue=queue,
            engine=EngineLayout(engine.workers, engine.max_batch, settings.inference_max_delay_s),
            speed=measured_speed(package, engine),
        )
        logger.info(
            "ready after %.2f s: %s on %s in %s, %d workers on %d cores, at most %d images a batch and %d waiting",
            time.monotonic() - begun,
            model.identity.space,
            model.identity.engine,
            model.identity.precision,
            engine.workers,
            cores(),
            engine.max_batch,
            queue.capacity,
        )
        if not model.identity.trained:
            logger.warning("the weights are untrained (random numbers, for trials): the labels mean nothing")
        return model

    return load


def _identity(package: Package, engine: Engine) -> ModelIdentity:
    manifest = package.manifest
    return ModelIdentity(
        name=manifest.name,
        version=manifest.weights_digest[:12],
        space=manifest.space,
        trained=manifest.trained,
        engine=engine.name,
        precision=engine.precision,
    )


def _labels(package: Package) -> tuple[Label, ...]:
    """The package's labels with their synonyms; one that our taxonomy does not know has none."""
    taxonomy = load_taxonomy()

    def known(index: int, label: ClassLabel) -> Label:
        try:
            return taxonomy.get(label.id)
        except UnknownLabelError:
            return Label(id=label.id, name=label.name, synonyms=(), gloss="", parents=(), index=index)

    return tuple(known(index, label) for index, label in enumerate(package.labels))
