"""`pictor model use`: from one model to another, while the stack goes on answering."""

import argparse
import fcntl
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pictor.model.running_library import ModelUseError, RunningLibrary
from pictor.model.telling import Teller
from pictor.stack.classifiers import BELIEVED_S
from pictor.stack.model_links import CANDIDATE, SERVING, ModelLinks
from pictor.stack.settings import StackSettings

if TYPE_CHECKING:
    from services.vision.packages import Package

_BYTES_A_PARAMETER = 16  # its download, its package, and what building it leaves for a moment
_BYTES_A_VALUE = 4  # of a vector: two, and as much again for indexes and the log of changes


def run_use(arguments: argparse.Namespace) -> None:
    """See `pictor model use --help`. Raises PackageError and ModelUseError; may be stopped and run again."""
    settings = StackSettings.from_environment()
    library = RunningLibrary.of(settings)
    links = ModelLinks(settings.models)
    with _only_one(settings.models), library:
        package = _package(arguments, settings, library)
        space = package.manifest.space
        try:
            if links.package(SERVING) != package.folder.name or not library.answers_from(space):
                _fill_and_promote(package, links, library, force=arguments.force)
            if not arguments.keep_labels:
                library.label_again()
        except KeyboardInterrupt:
            raise ModelUseError(
                "Stopped. What has begun goes on in the background; run the same again to see it through. Until the "
                "new space is complete the old one answers."
            ) from None
    sys.stdout.write(f"{space} labels what is uploaded and answers searches.\n")


def _fill_and_promote(package: "Package", links: ModelLinks, library: RunningLibrary, *, force: bool) -> None:
    name, space = package.folder.name, package.manifest.space
    if links.package(SERVING) != name and links.package(CANDIDATE) != name:
        links.point(CANDIDATE, name)
    library.until_served(space)
    library.fill(space)
    library.promote(space, force=force)
    time.sleep(BELIEVED_S)  # until everybody asks the candidate: then the first classifier may be started again
    links.point(SERVING, name)
    links.clear(CANDIDATE)
    library.until_served(space)


def _package(arguments: argparse.Namespace, settings: StackSettings, library: RunningLibrary) -> "Package":
    from services.vision.engines.registry import tuned  # noqa: PLC0415 - the command is checked before this is loaded
    from services.vision.packages.build import build  # noqa: PLC0415
    from services.vision.packages.choice import choose  # noqa: PLC0415
    from services.vision.packages.networks import NETWORKS  # noqa: PLC0415
    from services.vision.packages.progress import Step  # noqa: PLC0415

    named = arguments.network if arguments.network in NETWORKS else None
    choice = choose(arguments.weights or arguments.network, named)
    target = settings.models / choice.folder_name
    if not target.exists():
        spec = choice.spec
        vectors = library.images() * spec.embedding_size * _BYTES_A_VALUE
        _require_room(settings.data, spec.parameters * _BYTES_A_PARAMETER + vectors)
    tell = Teller()
    package = build(choice, target, tell, cache=settings.models / "weights")
    tuned(package, lambda line: tell(Step(line)))
    return package


def _require_room(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise ModelUseError(
            f"{folder} has {free / 1e9:.1f} GB free, and the model with its vectors may take {wanted / 1e9:.1f} GB: "
            "free space first. Nothing was changed."
        )


@contextmanager
def _only_one(models: Path) -> Iterator[None]:
    with (models / ".use.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ModelUseError("Another `pictor model use` is under way: wait for it, or stop it first.") from None
        yield
