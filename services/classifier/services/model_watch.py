"""Looks for the model package until it serves: missing → loading → ready, or broken until it changes."""

import asyncio
import logging
import math
import time
from pathlib import Path

from services.classifier.services.errors import ADVICE, ModelMissing, ModelNotReady
from services.classifier.services.model_loading import LoadModel
from services.classifier.services.served_model import ServedModel
from services.vision.model_report import ModelReport, ModelState
from services.vision.packages import PackageError, PackageFault
from services.vision.packages.manifest import MANIFEST_FILE
from services.vision.packages.networks import REFERENCE, STARTER

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
REMIND_EVERY_S = 600.0
TRY_AGAIN_S = 60.0
REMOTE_AGAIN_S = 5.0
MAX_FILES = 100

Fingerprint = tuple[tuple[str, int, int], ...]
"""Name, size and time of change of every file: whether a package that was refused is worth another try."""


class ModelWatch:
    """Owns the model of this process. `watch` runs as long as the service; everything else answers at once."""

    def __init__(self, folder: Path, load: LoadModel, *, look_every_s: float = LOOK_EVERY_S) -> None:
        self._folder = folder
        self._load = load
        self._look_every_s = look_every_s
        self._state = ModelState.MISSING
        self._detail = ADVICE
        self._model: ServedModel | None = None
        self._refused: Fingerprint | None = None
        self._again_at = math.inf
        self._reminded: float | None = None
        self._logged: str | None = None

    @property
    def state(self) -> ModelState:
        return self._state

    @property
    def model(self) -> ServedModel | None:
        """The model, when there is one that serves."""
        return self._model

    def require(self) -> ServedModel:
        """The model that serves. Raises ModelMissing, ModelNotReady."""
        if self._model is not None:
            return self._model
        if self._state is ModelState.MISSING:
            raise ModelMissing
        if self._state is ModelState.LOADING:
            raise ModelNotReady("The model is being loaded; try again shortly.", retry_after_s=self._patience_s())
        raise ModelNotReady(
            "The model package is refused; the operator finds why in the classifier's log.",
            retry_after_s=self._patience_s() * 5,
        )

    def report(self) -> ModelReport:
        if self._model is None:
            return ModelReport(state=self._state, detail=self._detail)
        return self._model.report(state=self._state, detail=self._detail)

    async def check(self) -> None:
        """The health check: raises RuntimeError with the reason when no model serves."""
        if self._model is None:
            raise RuntimeError(f"{self._state}: {self._detail}")
        if not self._model.queue.running:
            raise RuntimeError("the inference thread is gone")

    async def watch(self) -> None:
        """Look every few seconds; ends with the task only."""
        while True:
            await self._look()
            await asyncio.sleep(self._look_every_s)

    async def close(self, *, within_s: float) -> None:
        """Finish what was asked of the model. Only after `watch` has ended."""
        if self._model is not None and not await self._model.close(within_s=within_s):
            logger.error("the inference queue was not drained within %g s: what waited was refused", within_s)
        self._model = None

    async def _look(self) -> None:
        if self._model is not None:
            if self._model.queue.running:
                return
            logger.error("the inference thread is gone: loading the model again")
            self._model, self._refused = None, None
        found = await asyncio.to_thread(_fingerprint, self._folder)
        if found is None:
            self._state, self._detail, self._refused = ModelState.MISSING, ADVICE, None
            self._remind()
        elif found != self._refused or time.monotonic() >= self._again_at:
            await self._try(found)

    async def _try(self, found: Fingerprint) -> None:
        self._state, self._detail = ModelState.LOADING, "The model package is being checked and loaded."
        self._reminded = None
        if found != self._refused:
            logger.info("loading the model package %s", self._folder)
        try:
            self._model = await self._load(self._folder)
            self._state, self._detail, self._refused = ModelState.READY, _said_of(self._model), None
            self._logged = None
        except PackageError as error:
            passing = error.code is PackageFault.REMOTE  # the fault of a server that may be mended
            self._refuse(found, error.message, again_in_s=REMOTE_AGAIN_S if passing else math.inf)
            if not passing or error.message != self._logged:
                logger.error("the model package is refused (%s): %s", error.code, error.message)  # noqa: TRY400 - expected
            self._logged = error.message
        except Exception as error:
            # Not the package's fault, as far as we know (no memory, no process to decode in): it may pass.
            self._refuse(found, f"Loading failed: {type(error).__name__}. The log has it.", again_in_s=TRY_AGAIN_S)
            logger.exception("the model package %s could not be loaded", self._folder)

    def _refuse(self, found: Fingerprint, why: str, *, again_in_s: float = math.inf) -> None:
        self._state, self._detail, self._refused = ModelState.BROKEN, why, found
        self._again_at = time.monotonic() + again_in_s

    def _remind(self) -> None:
        now = time.monotonic()
        if self._reminded is None or now - self._reminded >= REMIND_EVERY_S:
            self._reminded = now
            logger.warning("%s Looked in %s; until then inference answers 503.", ADVICE, self._folder)

    def _patience_s(self) -> int:
        return max(1, round(self._look_every_s))


def _said_of(model: ServedModel) -> str:
    """One sentence of a model that serves."""
    manifest = model.manifest
    if not manifest.trained:
        return "The model serves, but its weights are random numbers: the labels mean nothing."
    if manifest.network == STARTER.name:
        return (
            f"The starter, {STARTER.title}, serves. `pictor model use {REFERENCE.name}` changes to {REFERENCE.title}."
        )
    return "The model serves."


def _fingerprint(folder: Path) -> Fingerprint | None:
    """None without a manifest, which is what makes a folder a package."""
    try:
        stats = [(path.name, path.stat()) for path, _ in zip(sorted(folder.iterdir()), range(MAX_FILES), strict=False)]
    except (FileNotFoundError, NotADirectoryError):  # no such folder, or it is being replaced just now
        return None
    except OSError:  # something is there that cannot be read: loading it says what
        return ()
    if MANIFEST_FILE not in (name for name, _ in stats):
        return None
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
