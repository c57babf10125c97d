"""A model package on disk: read, with every digest checked."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.golden import Golden, read_golden
from services.vision.packages.manifest import LABELS_FILE, Manifest, read_manifest

NETWORK_FILE = "model.xml"
NETWORK_WEIGHTS_FILE = "model.bin"
KERAS_WEIGHTS_FILE = "keras.weights.h5"


@dataclass(frozen=True, slots=True)
class ClassLabel:
    """What one output of the network means: a WordNet id and a name."""

    id: str
    name: str


@dataclass(frozen=True, eq=False)
class Package:
    """A package whose files are those that its manifest names. Only load_package makes one."""

    folder: Path
    manifest: Manifest
    labels: tuple[ClassLabel, ...]
    golden: Golden

    def file(self, name: str) -> Path:
        """The path of a file of the package; raises PackageError (ENGINE) when the package was made without it."""
        if name not in self.manifest.files:
            raise PackageError(
                PackageFault.ENGINE,
                f"{self.folder} has no {name}, which the chosen engine needs: choose another engine.",
            )
        return self.folder / name


def load_package(folder: Path) -> Package:
    """Read the package in `folder` and check the digest of every file.

    Raises PackageError: MISSING (no package there), MANIFEST (unreadable), DIGEST (a file is missing, cut or changed).
    Whether the network computes what it should is the engine's matter: open_engine runs the golden input.
    """
    folder = folder.resolve()
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    try:
        entries = json.loads((folder / LABELS_FILE).read_text(encoding="utf-8"))
        labels = tuple(ClassLabel(str(entry["id"]), str(entry["name"])) for entry in entries)
        golden = read_golden(folder)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise PackageError(
            PackageFault.MANIFEST,
            f"{folder} holds labels or a golden input that cannot be read: build the package again.",
        ) from error
    if len(labels) != manifest.shape.classes:
        raise PackageError(
            PackageFault.MANIFEST,
            f"{folder} has {len(labels)} labels, not one for each of its {manifest.shape.classes} classes: "
            "build the package again.",
        )
    return Package(folder, manifest, labels, golden)


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its digest; raises PackageError (DIGEST) that names the first wrong one."""
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="digest") as pool:  # hashlib lets go of the GIL
        digests = dict(zip(manifest.files, pool.map(lambda name: _digest(folder / name), manifest.files), strict=True))
    wrong = sorted(name for name, digest in digests.items() if digest != manifest.files[name])
    if wrong:
        state = "is missing" if digests[wrong[0]] is None else "is not the file that was built"
        raise PackageError(
            PackageFault.DIGEST, f"{folder / wrong[0]} {state}: remove {folder} and build the package again."
        )


def file_digest(path: Path) -> str:
    """The sha256 of a file, in hexadecimal; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(path: Path) -> str | None:
    try:
        return file_digest(path)
    except OSError:
        return None
