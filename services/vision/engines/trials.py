"""What was measured of a package on one processor, and where that is remembered."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from services.vision.engines.port import Precision
from services.vision.engines.processor import processor_name
from services.vision.packages.package import Package

_MAX_BYTES = 1_000_000
_KEPT = 16  # processors, or versions of the runtime, that one file remembers


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to run the network. `images_per_s` is with all workers busy, `alone_ms` one picture on an idle engine."""

    precision: Precision
    workers: int
    max_batch: int
    images_per_s: float
    alone_ms: float


@dataclass(frozen=True, slots=True)
class Trials:
    """All that were run; `chosen` is one of them. `refused` says why a precision was not."""

    chosen: Trial
    tried: tuple[Trial, ...]
    refused: dict[str, str]

    def table(self) -> list[str]:
        """Lines for people, fastest first."""
        rows = sorted(self.tried, key=lambda trial: -trial.images_per_s)
        lines = [
            f"{trial.precision:<5} {trial.workers} workers, batch {trial.max_batch}: {trial.images_per_s:7.1f} images/s"
            f", {trial.alone_ms:6.1f} ms alone{'  ← chosen' if trial == self.chosen else ''}"
            for trial in rows
        ]
        return lines + [f"{precision:<5} not used: {reason}" for precision, reason in self.refused.items()]


@dataclass(frozen=True, slots=True)
class _Entry:
    of: dict[str, str]
    trials: Trials


_FILE = TypeAdapter(list[_Entry])


def trials_path(folder: Path) -> Path:
    """Where the speed of the package in this folder is remembered."""
    return folder.with_name(f"{folder.name}.speed.json")


class TrialsFile:
    """The file beside the package's folder, `<folder>.speed.json`. What stands there is believed for this processor,
    this version of the runtime and these weights alone."""

    def __init__(self, package: Package, runtime: str) -> None:
        self.path = trials_path(package.folder)
        self._of = {
            "processor": processor_name(),
            "runtime": runtime,
            "weights": package.manifest.weights_digest,
        }

    def read(self) -> Trials | None:
        """None when nothing is known that can be used."""
        return next((entry.trials for entry in self._entries() if entry.of == self._of), None)

    def write(self, trials: Trials) -> None:
        """Remember, whole or not at all. Raises OSError where nothing can be written."""
        others = [entry for entry in self._entries() if entry.of != self._of]
        content = _FILE.dump_json([_Entry(self._of, trials), *others][:_KEPT], indent=1)
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _entries(self) -> list[_Entry]:
        try:
            with self.path.open("rb") as file:
                return _FILE.validate_json(file.read(_MAX_BYTES))
        except (OSError, ValueError):
            return []
