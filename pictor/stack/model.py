"""The model package in the data folder: built once by `pictor model build`, in a process of its own."""

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pictor.stack.model_links import CANDIDATE, MANIFEST, SERVING, ModelLinks
from pictor.stack.process.child_process import ChildSpec
from pictor.stack.process.one_shot import run_job
from pictor.stack.process.output import say
from pictor.stack.services import ROOT, base_environment
from pictor.stack.settings import AUTO, StackError, StackSettings

_TIMEOUT_S = 3600.0
_LOOK_EVERY_S = 1.0
_FIRST_RETRY_S, _LONGEST_RETRY_S = 60.0, 900.0
_MISSING = """\
There is no model yet: the official weights could not be fetched. Everything else runs: uploads are kept, and wait for
their labels. What to do, whichever is easier:
  - let this machine reach the internet; it is tried again by itself, in {minutes:g} min at first;
  - bring the file inception_v3_weights_tf_dim_ordering_tf_kernels.h5 and start with PICTOR_WEIGHTS=/path/to/it;
  - take the starter, whose weights are installed already: PICTOR_WEIGHTS=starter."""
_REFERENCE_PACKAGE = "inception_v3-imagenet"


class ModelPackage:
    """What the link `serving` points to: with PICTOR_WEIGHTS=auto what was chosen at the first start, or later by
    `pictor model use`; else what the variable says, so that changing it never serves the other model."""

    def __init__(self, settings: StackSettings) -> None:
        self._weights = settings.weights
        self._log = settings.logs / "model.log"
        self._models = settings.models
        self.links = ModelLinks(settings.models)
        self._name = None if settings.weights == AUTO else package_name(settings.weights)

    @property
    def folder(self) -> Path:
        return self.links.serving

    @property
    def present(self) -> bool:
        serving = self.links.package(SERVING)
        return serving is not None and self._name in {None, serving}

    @property
    def chosen(self) -> bool:
        """True when the operator named weights that need no network: then a failure ends the start."""
        return self._weights not in {AUTO, "imagenet", "inception_v3", "resnet50", "vgg16"}

    def describe(self) -> str:
        if not self.present:
            return "none yet: see above"
        manifest: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        said = str(manifest["name"])
        if not manifest["trained"]:
            return f"{said} (random weights: labels mean nothing)"
        if said == "efficientnet_lite2":
            return f"{said}, the starter (`pictor model use inception_v3` changes to Inception V3)"
        return said

    async def ensure(self) -> bool:
        """Have the package served, building it where it is missing, with progress.

        Raise StackError, with the reason, when it fails with weights that were chosen; when official weights cannot be
        had, say what to do and return False.
        """
        if self.present or self._take_what_is_there():
            return True
        say(f"building the model package ({self._weights}); this is done once", name="model")
        reason = await self._build()
        if not reason:
            return True
        if self.chosen:
            raise StackError(f"There is no model from PICTOR_WEIGHTS={self._weights}: {reason}")
        say(_MISSING.format(minutes=_FIRST_RETRY_S / 60), name="model")
        return False

    async def build_later(self) -> None:
        """Try again, less and less often, until the package is there."""
        for pause_s in _pauses():
            if await self._appears(within_s=pause_s) or not await self._build():
                say("the model is there; waiting images get their labels now", name="model")
                return
            say("still no official weights; it will be tried again", name="model")

    async def _appears(self, *, within_s: float) -> bool:
        """Whether somebody puts the package there meanwhile."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if self.present or self._take_what_is_there():
                return True
            await asyncio.sleep(_LOOK_EVERY_S)
        return False

    def _take_what_is_there(self) -> bool:
        """Serve a package that was built before: with AUTO the reference, else the newest."""
        there = self.links.packages()
        name = self._name
        if name is None and there:
            name = _REFERENCE_PACKAGE if _REFERENCE_PACKAGE in there else there[0]
        if name is None or name not in there:
            return False
        self._serve(name)
        return True

    def _serve(self, name: str) -> None:
        """Point to the package. What was served before goes on as the candidate: its space may be what answers."""
        before = self.links.package(SERVING)
        if before not in {None, name} and self.links.package(CANDIDATE) is None:
            say(f"{before} goes on beside it: searches may be answered by its vectors", name="model")
            self.links.point(CANDIDATE, str(before))
        if self.links.package(CANDIDATE) == name:
            self.links.clear(CANDIDATE)
        self.links.point(SERVING, name)

    async def _build(self) -> str:
        """Give the reason when there is no package in the end; empty when there is."""
        self._models.mkdir(parents=True, exist_ok=True)
        where = ["--into", str(self._models), "--link", SERVING]
        if self._name is not None:
            where = ["--to", str(self._models / self._name)]
        spec = ChildSpec(
            name="model",
            argv=(sys.executable, "-m", "pictor.cli", "model", "build", "--weights", self._weights, *where),
            env={**base_environment(), "TF_CPP_MIN_LOG_LEVEL": "2"},
            cwd=ROOT,
            log=self._log,
        )
        try:
            result = await run_job(spec, timeout_s=_TIMEOUT_S)
        except TimeoutError:
            return f"it took longer than {_TIMEOUT_S:.0f} s."
        except OSError as error:
            return f"the build did not start: {error}"
        if result.code:
            return result.said.removeprefix("pictor: ")
        if self._name is not None:
            self._serve(self._name)
        return "" if self.present else f"see {self._log}."


def package_name(weights: str) -> str:
    """The folder of the package from these weights: one for each kind, and for each content of a file."""
    match weights:
        case "imagenet" | "inception_v3":
            return _REFERENCE_PACKAGE
        case "untrained":
            return "inception_v3-untrained"
        case "starter" | "efficientnet_lite2":
            return "efficientnet_lite2-imagenet"
        case "resnet50" | "vgg16":
            return f"{weights}-imagenet"
    path = Path(weights)
    network = "efficientnet_lite2" if path.suffix == ".pth" else "inception_v3"
    if path.is_dir():
        path /= MANIFEST
        network = _network_of(path) or network
    with path.open("rb") as file:
        return f"{network}-{hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"


def _network_of(manifest: Path) -> str | None:
    """None for a manifest that does not say it in this version's words."""
    try:
        said = json.loads(manifest.read_text(encoding="utf-8"))["network"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return said if isinstance(said, str) and said.isidentifier() else None


def _pauses() -> Iterator[float]:
    pause_s = _FIRST_RETRY_S
    while True:
        yield pause_s
        pause_s = min(pause_s * 2, _LONGEST_RETRY_S)
