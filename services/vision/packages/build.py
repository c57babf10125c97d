"""Makes model packages: whole or not at all, and never over one that is there."""

import shutil
from dataclasses import replace
from pathlib import Path

from services.vision.engines.port import EngineKind
from services.vision.engines.registry import open_engine
from services.vision.engines.trials import trials_path
from services.vision.packages.choice import Choice
from services.vision.packages.content import write_content
from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.manifest import MANIFEST_FILE, Manifest, WeightsKind, read_manifest
from services.vision.packages.networks import WheelFile
from services.vision.packages.package import Package, file_digest, load_package
from services.vision.packages.placing import is_free, new_folder, place
from services.vision.packages.progress import Progress, Step
from services.vision.packages.sources.download import fetch
from services.vision.packages.sources.official import official_file, wheel_file
from services.vision.packages.sources.weights import DEFAULT_SEED, check_file, from_file, untrained


def build(
    choice: Choice, target: Path, progress: Progress, *, cache: Path | None = None, seed: int = DEFAULT_SEED
) -> Package:
    """Make the package `target` of the chosen network and weights, or return the one that is there already.

    `imagenet` downloads the official file once, into `cache`, by default the folder `weights` beside the target, or
    takes it from the installed package that brings it; `untrained` has random numbers, each `seed` others; a path is
    of a weights file or of another package, which is copied.
    Works in a hidden folder beside the target that is renamed at the end, so a build that was cut short leaves nothing
    that loads; of two builds at once the second waits, and finds the first's package. Raises PackageError.
    """
    target = target.absolute()
    weights = choice.weights
    if isinstance(weights, Path) and weights.is_dir() and not (weights / MANIFEST_FILE).is_file():
        raise PackageError(
            PackageFault.WEIGHTS, f"{weights} is a folder without a model package: name the weights file in it."
        )
    try:
        with place(target, progress):
            return _existing(choice, target, seed) or _make(
                choice, target, progress, cache or target.parent / "weights", seed
            )
    except ImportError as error:
        raise PackageError(
            PackageFault.TOOLS, f"Building needs {error.name}, which is not installed: pip install 'pictor[build]'."
        ) from error


def _existing(choice: Choice, target: Path, seed: int) -> Package | None:
    if is_free(target):
        return None
    if not (target / MANIFEST_FILE).is_file():
        raise PackageError(
            PackageFault.TARGET, f"{target} holds something else than a model package: choose another folder."
        )
    package = load_package(target)
    if not _made_from(choice, package.manifest, seed):
        raise PackageError(
            PackageFault.TARGET,
            f"{target} already holds the package {package.manifest.space} ({package.manifest.weights_kind}): "
            "choose another folder, or remove this one first.",
        )
    return package


def _made_from(choice: Choice, manifest: Manifest, seed: int) -> bool:
    weights = choice.weights
    if not isinstance(weights, Path):
        same_numbers = weights != "untrained" or (manifest.weights_seed or DEFAULT_SEED) == seed
        return manifest.network == choice.spec.name and manifest.weights_kind == weights and same_numbers
    if weights.is_dir():
        return read_manifest(weights) == manifest
    return weights.is_file() and file_digest(weights) == manifest.weights_source_sha256


def _make(choice: Choice, target: Path, progress: Progress, cache: Path, seed: int) -> Package:
    with new_folder(target) as folder:
        if isinstance(choice.weights, Path) and choice.weights.is_dir():
            _copy(load_package(choice.weights), folder, progress)
        else:
            _fill(choice, folder, progress, cache, seed)
        progress(Step("checking the package"))
        package = load_package(folder)
        open_engine(package, EngineKind.OPENVINO, precision=package.manifest.precision).close()
    if isinstance(choice.weights, Path) and (known := trials_path(choice.weights.resolve())).is_file():
        shutil.copyfile(known, trials_path(target))  # what was measured of the package holds for its copy
    return replace(package, folder=target)


def _fill(choice: Choice, folder: Path, progress: Progress, cache: Path, seed: int) -> None:
    source = _source(choice, cache, progress)
    if source is not None:
        check_file(choice.spec, source)
    progress(Step("starting TensorFlow"))
    if source is None:
        write_content(folder, untrained(choice.spec, seed), None, progress)
        return
    progress(Step("reading the weights"))
    kind = WeightsKind.FILE if isinstance(choice.weights, Path) else WeightsKind.IMAGENET
    write_content(folder, from_file(choice.spec, source, kind), file_digest(source), progress)


def _source(choice: Choice, cache: Path, progress: Progress) -> Path | None:
    """The file with the weights; None for random ones."""
    if isinstance(choice.weights, Path):
        return choice.weights
    if choice.weights == "untrained":
        return None
    official = choice.spec.official
    if isinstance(official, WheelFile):
        return wheel_file(official)
    return fetch(official_file(choice.spec), cache, progress)


def _copy(source: Package, folder: Path, progress: Progress) -> None:
    progress(Step("copying the package"))
    for name in (MANIFEST_FILE, *source.manifest.files):
        shutil.copyfile(source.folder / name, folder / name)
