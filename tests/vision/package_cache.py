"""The untrained model package that tests run on: built once for a state of the builder, then kept."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_CACHE = REPOSITORY / ".cache" / "packages"
_VISION = REPOSITORY / "services" / "vision"
_KEPT_S = 7 * 24 * 3600.0
_BUILD = (
    "import sys, pathlib; from services.vision.packages.build import build; "
    "from services.vision.packages.choice import choose; from services.vision.engines.registry import tuned; "
    "from services.vision.engines import tuning; tuning.SLICE_S = 0.02; "
    "package = build(choose(sys.argv[3], sys.argv[2]), pathlib.Path(sys.argv[1]), print, seed=int(sys.argv[4])); "
    "tuned(package, print)"
)
"""Measured in a tenth of the time: measuring as it should be takes longer than building. Stacks in tests believe it."""


def untrained_package(network: str = "inception_v3") -> Path:
    """The folder of an untrained package: one under .cache/, built (12 s) when there is none. For Inception V3
    PICTOR_TEST_PACKAGE may name one.

    Built in a process of its own, so that a suite that only serves never has TensorFlow in memory. Two runs at once
    are fine: the builder locks.
    """
    given = os.environ.get("PICTOR_TEST_PACKAGE")
    if given and network == "inception_v3":
        return Path(given)
    return _built(network, network, "untrained", seed=0)


def second_untrained_package() -> Path:
    """The folder of another untrained package, whose vectors make another space; built and kept as the first."""
    return _built("inception_v3-seed-1", "inception_v3", "untrained", seed=1)


def starter_package() -> Path:
    """The folder of the starter, trained: its weights are installed. Built and kept as the first."""
    return _built("starter", "efficientnet_lite2", "imagenet", seed=0)


def _built(name: str, network: str, weights: str, *, seed: int) -> Path:
    folder = _CACHE / _builder_digest() / name
    if not folder.exists():
        _CACHE.mkdir(parents=True, exist_ok=True)
        (_CACHE.parent / ".gitignore").write_text("*\n")  # as the caches of pytest and ruff do
        _drop_old()
        command = [sys.executable, "-c", _BUILD, str(folder), network, weights, str(seed)]
        subprocess.run(command, cwd=REPOSITORY, check=True, timeout=900, stdout=subprocess.DEVNULL)
    os.utime(folder.parent)
    return folder


def _builder_digest() -> str:
    sources = [*_VISION.rglob("*.py"), *_VISION.glob("labels/data/*.json")]
    sources = [source for source in sources if not {"decoding", "batching", "remote"} & set(source.parts)]
    digest = hashlib.sha256()
    for source in sorted(sources):
        digest.update(source.name.encode() + source.read_bytes())
    for library in ("keras", "openvino", "tensorflow"):
        digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()[:16]


def _drop_old() -> None:
    for folder in _CACHE.glob("*"):
        if time.time() - folder.stat().st_mtime > _KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)
