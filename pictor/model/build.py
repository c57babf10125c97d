"""`pictor model build`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pictor.model.telling import Teller, weights_said
from pictor.stack.model_links import ModelLinks

if TYPE_CHECKING:  # another command must not wait for numpy
    from services.vision.packages import Package
    from services.vision.packages.choice import Choice


def run_build(arguments: argparse.Namespace) -> None:
    """Make the package, measure what runs it fastest here, and say what it is. Raises PackageError."""
    from services.vision.engines.registry import tuned  # noqa: PLC0415
    from services.vision.packages.progress import Step  # noqa: PLC0415

    tell = Teller()
    package = _built(arguments, tell)
    tuned(package, lambda line: tell(Step(line)))
    if arguments.into is not None and arguments.link:
        ModelLinks(arguments.into).point(arguments.link, package.folder.name)
    sys.stdout.write(f"{package.folder}: {package.manifest.space}, {weights_said(package)}\n")


def _built(arguments: argparse.Namespace, tell: Teller) -> "Package":
    from services.vision.packages import PackageError, PackageFault, load_package  # noqa: PLC0415
    from services.vision.packages.choice import AUTO, choose, choose_automatically, starter  # noqa: PLC0415
    from services.vision.packages.manifest import MANIFEST_FILE  # noqa: PLC0415
    from services.vision.packages.progress import Step  # noqa: PLC0415

    weights = arguments.weights or ("imagenet" if arguments.network else AUTO)
    if weights != AUTO:
        return _make(choose(weights, arguments.network), arguments, tell)
    if arguments.to is not None and (arguments.to / MANIFEST_FILE).is_file():
        return load_package(arguments.to)  # what was chosen once stays
    models = arguments.into or arguments.to.absolute().parent
    tell(Step("looking which weights can be had"))
    choice = choose_automatically(models, _cache(arguments, models))
    if arguments.into is not None and isinstance(choice.weights, Path):
        return load_package(choice.weights)
    try:
        if not choice.why_starter:
            return _make(choice, arguments, tell)
    except PackageError as error:
        if error.code is not PackageFault.DOWNLOAD:
            raise
        choice = starter(error.message)
    tell(Step(f"{choice.why_starter}. The starter is taken, {choice.spec.title}"))
    return _make(choice, arguments, tell)


def _make(choice: "Choice", arguments: argparse.Namespace, tell: Teller) -> "Package":
    from services.vision.packages.build import build  # noqa: PLC0415

    target: Path = arguments.to or arguments.into / choice.folder_name
    return build(choice, target, tell, cache=_cache(arguments, target.absolute().parent), seed=arguments.seed)


def _cache(arguments: argparse.Namespace, models: Path) -> Path:
    return arguments.cache or models / "weights"
