"""The embedder with a model package of its own: scales without the classifier."""

import asyncio
import logging
import math
from contextlib import suppress
from pathlib import Path

import numpy as np

from services.similarity.embedding.port import (
    EmbedderBusy,
    Embeddings,
    ModelNotReady,
    ModelReport,
    ModelState,
    Pictures,
    other_model,
)
from services.vision.batching import InferenceQueue, InferenceRefused, Priority, QueueFull
from services.vision.engines import open_engine
from services.vision.packages import Manifest, PackageError, PackageFault, load_package

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
REFUSED_AGAIN_S = 60.0
DEADLINE_S = 10.0
DRAIN_S = 3.0
MAX_QUEUE = 32
MISSING_ADVICE = (
    "There is no model package yet. Put one where PICTOR_MODEL_PACKAGE points: `pictor model build starter --to "
    "DIR`, or another network. It is picked up by itself."
)


class LocalEmbedder:
    """An Embedder over an engine in this process. Looks for the package every few seconds until it serves."""

    def __init__(self, package: Path, engine: str = "auto", *, look_every_s: float = LOOK_EVERY_S) -> None:
        self._package = package
        self._engine = engine
        self._look_every_s = look_every_s
        self._report = ModelReport(ModelState.LOADING, "The model package is about to be looked for.")
        self._serving: tuple[Manifest, InferenceQueue] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._watching = asyncio.create_task(self._watch())

    async def model(self) -> ModelReport:
        return self._report

    async def embed(self, pictures: Pictures) -> Embeddings:
        self._report.require()
        if self._serving is None:
            raise ModelNotReady(self._report.detail)
        manifest, queue = self._serving
        if pictures.shape[1:] != manifest.shape.image:
            raise other_model()
        try:
            results = await queue.submit_all(list(pictures), deadline_s=DEADLINE_S, priority=Priority.SEARCH)
        except QueueFull as error:
            patience_s = max(1, math.ceil(error.retry_after_s))
            raise EmbedderBusy("Too many pictures wait for the model; try again.", retry_after_s=patience_s) from error
        except InferenceRefused as error:
            raise EmbedderBusy(f"The picture was not embedded ({error}); try again.", retry_after_s=1) from error
        return Embeddings(manifest.space, manifest.trained, np.stack([result.embedding for result in results]))

    async def close(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        if self._serving is not None:
            await self._serving[1].drain(DRAIN_S)

    async def _watch(self) -> None:
        while True:
            patience_s = self._look_every_s
            if self._serving is None or not self._serving[1].running:
                patience_s = await self._look()
            await asyncio.sleep(patience_s)

    async def _look(self) -> float:
        """Try to load the package; give the seconds until it is worth another look."""
        self._serving = None
        try:
            await self._load()
        except PackageError as error:
            if error.code is PackageFault.MISSING:
                self._change(ModelState.MISSING, MISSING_ADVICE)
                return self._look_every_s
            self._change(ModelState.BROKEN, error.message)
            return REFUSED_AGAIN_S
        except Exception:  # whatever it was, it may pass
            logger.exception("the model package %s could not be loaded", self._package)
            self._change(ModelState.BROKEN, "Loading failed; the log has it.")
            return REFUSED_AGAIN_S
        return self._look_every_s

    def _change(self, state: ModelState, detail: str) -> None:
        if self._report.state is not state:
            logger.warning("%s Looked in %s.", detail, self._package)
        self._report = ModelReport(state, detail)

    async def _load(self) -> None:
        package = await asyncio.to_thread(load_package, self._package)
        queue = InferenceQueue(lambda: open_engine(package, self._engine), max_delay_s=0, max_queue=MAX_QUEUE)
        await queue.start()
        manifest = package.manifest
        self._serving = (manifest, queue)
        self._report = ModelReport(
            ModelState.READY, "The model serves.", manifest.space, manifest.trained, manifest.input.model_input
        )
        logger.info("%s embeds query images", manifest.space)
