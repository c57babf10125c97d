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
    "build('untrained', pathlib.Path(sys.argv[1]), lambda step: None, seed=int(sys.argv[2]))"
)


def untrained_package() -> Path:
    """The folder of an untrained package: PICTOR_TEST_PACKAGE, else one under .cache/, built (12 s) when there is none.

    Built in a process of its own, so that a suite that only serves never has TensorFlow in memory. Two runs at once
    are fine: the builder locks.
    """
    given = os.environ.get("PICTOR_TEST_PACKAGE")
    if given:
        return Path(given)
    return _built("inception_v3", seed=0)


def second_untrained_package() -> Path:
    """The folder of another untrained package, whose vectors make another space; built and kept as the first."""
    return _built("inception_v3-seed-1", seed=1)


def _built(name: str, *, seed: int) -> Path:
    folder = _CACHE / _builder_digest() / name
    if not folder.exists():
        _CACHE.mkdir(parents=True, exist_ok=True)
        (_CACHE.parent / ".gitignore").write_text("*\n")  # as the caches of pytest and ruff do
        _drop_old()
        subprocess.run([sys.executable, "-c", _BUILD, str(folder), str(seed)], cwd=REPOSITORY, check=True, timeout=900)
    os.utime(folder.parent)
    return folder


def _builder_digest() -> str:
    sources = [*_VISION.glob("packages/*.py"), *_VISION.glob("engines/*.py"), *_VISION.glob("labels/data/*.json")]
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
