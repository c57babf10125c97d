"""Makes model packages: whole or not at all, and never over one that is there."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Literal

from services.vision.engines.port import EngineKind
from services.vision.engines.registry import open_engine
from services.vision.packages.content import write_content
from services.vision.packages.download import fetch, official_file
from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.manifest import MANIFEST_FILE, Manifest, WeightsKind, read_manifest
from services.vision.packages.package import Package, file_digest, load_package
from services.vision.packages.placing import is_free, new_folder, place
from services.vision.packages.progress import Progress, Step
from services.vision.packages.weights import DEFAULT_SEED, from_file, untrained

Weights = Literal["imagenet", "untrained"] | Path


def chosen_weights(text: str) -> Weights:
    """What PICTOR_WEIGHTS or --weights means: one of the two words, else a path."""
    match text:
        case "imagenet" | "untrained":
            return text
        case _:
            return Path(text)


def build(
    weights: Weights, target: Path, progress: Progress, *, cache: Path | None = None, seed: int = DEFAULT_SEED
) -> Package:
    """Make the package `target` of Inception V3 with these weights, or return the one that is there already.

    weights: `imagenet` (downloads the official file once, into `cache`, by default the folder `weights` beside the
    target), `untrained` (random numbers, each `seed` others), or the path of a weights file or of another package,
    which is copied.
    Works in a hidden folder beside the target that is renamed at the end, so a build that was cut short leaves nothing
    that loads; of two builds at once the second waits, and finds the first's package. Raises PackageError.
    """
    target = target.absolute()
    if isinstance(weights, Path) and weights.is_dir() and not (weights / MANIFEST_FILE).is_file():
        raise PackageError(
            PackageFault.WEIGHTS, f"{weights} is a folder without a model package: name the weights file in it."
        )
    try:
        with place(target, progress):
            return _existing(weights, target, seed) or _make(
                weights, target, progress, cache or target.parent / "weights", seed
            )
    except ImportError as error:
        raise PackageError(
            PackageFault.TOOLS, f"Building needs {error.name}, which is not installed: pip install 'pictor[build]'."
        ) from error


def _existing(weights: Weights, target: Path, seed: int) -> Package | None:
    if is_free(target):
        return None
    if not (target / MANIFEST_FILE).is_file():
        raise PackageError(
            PackageFault.TARGET, f"{target} holds something else than a model package: choose another folder."
        )
    package = load_package(target)
    if not _made_from(weights, package.manifest, seed):
        raise PackageError(
            PackageFault.TARGET,
            f"{target} already holds the package {package.manifest.space} ({package.manifest.weights_kind}): "
            "choose another folder, or remove this one first.",
        )
    return package


def _made_from(weights: Weights, manifest: Manifest, seed: int) -> bool:
    if not isinstance(weights, Path):
        same_numbers = weights != "untrained" or (manifest.weights_seed or DEFAULT_SEED) == seed
        return manifest.weights_kind == weights and same_numbers
    if weights.is_dir():
        return read_manifest(weights) == manifest
    return weights.is_file() and file_digest(weights) == manifest.weights_source_sha256


def _make(weights: Weights, target: Path, progress: Progress, cache: Path, seed: int) -> Package:
    with new_folder(target) as folder:
        if isinstance(weights, Path) and weights.is_dir():
            _copy(load_package(weights), folder, progress)
        else:
            _fill(weights, folder, progress, cache, seed)
        progress(Step("checking the package"))
        package = load_package(folder)
        open_engine(package, EngineKind.OPENVINO, precision=package.manifest.precision).close()
    return replace(package, folder=target)


def _fill(weights: Weights, folder: Path, progress: Progress, cache: Path, seed: int) -> None:
    source = fetch(official_file(), cache, progress) if weights == "imagenet" else weights
    progress(Step("starting TensorFlow"))
    if not isinstance(source, Path):
        write_content(folder, untrained(seed), None, progress)
        return
    progress(Step("reading the weights"))
    kind = WeightsKind.IMAGENET if weights == "imagenet" else WeightsKind.FILE
    write_content(folder, from_file(source, kind), file_digest(source), progress)


def _copy(source: Package, folder: Path, progress: Progress) -> None:
    progress(Step("copying the package"))
    for name in (MANIFEST_FILE, *source.manifest.files):
        shutil.copyfile(source.folder / name, folder / name)
