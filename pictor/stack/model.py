"""The model package in the data folder: built once by `pictor model build`, in a process of its own."""

import asyncio
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from pictor.stack.job import run_job
from pictor.stack.output import say
from pictor.stack.process import ChildSpec
from pictor.stack.services import ROOT, base_environment
from pictor.stack.settings import StackError, StackSettings

_TIMEOUT_S = 3600.0
_FIRST_RETRY_S, _LONGEST_RETRY_S = 60.0, 900.0
_MISSING = """\
There is no model yet: the ImageNet weights (96 MB) could not be fetched. Everything else runs: uploads are kept, and
wait for their labels. What to do, whichever is easier:
  - let this machine reach the internet; it is tried again by itself, in {minutes:g} min at first;
  - bring the file inception_v3_weights_tf_dim_ordering_tf_kernels.h5 and start with PICTOR_WEIGHTS=/path/to/it;
  - try it out with random weights, and meaningless labels: PICTOR_WEIGHTS=untrained."""


class ModelPackage:
    """`folder` is the place of the package: one for each kind of weights, for each content of a file, so that changing
    PICTOR_WEIGHTS never serves the other model."""

    def __init__(self, settings: StackSettings) -> None:
        self._weights = settings.weights
        self._log = settings.logs / "model.log"
        self._models = settings.models
        self.folder = settings.models / f"inception_v3-{_tag(settings.weights)}"

    @property
    def present(self) -> bool:
        return (self.folder / "manifest.json").is_file()

    @property
    def chosen(self) -> bool:
        """True when the operator named weights that need no network: then a failure ends the start."""
        return self._weights != "imagenet"

    def describe(self) -> str:
        if not self.present:
            return "none yet: see above"
        return f"inception_v3, {self._weights}" + (
            " (random weights: labels mean nothing)" if self._weights == "untrained" else ""
        )

    async def build(self) -> bool:
        """Build the package, showing progress. Raise StackError when it fails with weights that were chosen; when the
        ImageNet weights cannot be had, say what to do and return False."""
        say(f"building the model package {self.folder.name}; this is done once", name="model")
        if await self._run() == 0 and self.present:
            return True
        if self.chosen:
            raise StackError(f"The model package could not be built from {self._weights}: see {self._log}.")
        say(_MISSING.format(minutes=_FIRST_RETRY_S / 60), name="model")
        return False

    async def build_later(self) -> None:
        """Try again, less and less often, until the package is there."""
        for pause_s in _pauses():
            await asyncio.sleep(pause_s)
            if self.present or (await self._run() == 0 and self.present):
                say("the model is there; waiting images get their labels now", name="model")
                return
            say("still no ImageNet weights; it will be tried again", name="model")

    async def _run(self) -> int:
        self._models.mkdir(parents=True, exist_ok=True)
        command = ("model", "build", "inception_v3", "--weights", self._weights, "--to", str(self.folder))
        spec = ChildSpec(
            name="model",
            argv=(sys.executable, "-m", "pictor.cli", *command),
            env={**base_environment(), "TF_CPP_MIN_LOG_LEVEL": "2"},
            cwd=ROOT,
            log=self._log,
        )
        try:
            return await run_job(spec, timeout_s=_TIMEOUT_S)
        except TimeoutError:
            return -1
        except OSError as error:
            say(f"the build did not start: {error}", name="model")
            return -1


def _pauses() -> Iterator[float]:
    pause_s = _FIRST_RETRY_S
    while True:
        yield pause_s
        pause_s = min(pause_s * 2, _LONGEST_RETRY_S)


def _tag(weights: str) -> str:
    if weights in ("imagenet", "untrained"):
        return weights
    path = Path(weights)
    with (path / "manifest.json" if path.is_dir() else path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
