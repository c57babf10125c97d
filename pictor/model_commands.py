"""`pictor model build`, `pictor model verify` and `pictor model quantize`."""

import argparse
import asyncio
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pictor.calibration import NoPicturesError, calibration_pictures

if TYPE_CHECKING:  # another command must not wait for numpy
    import numpy as np
    from numpy.typing import NDArray

    from services.vision.engines import Engine
    from services.vision.packages import Package
    from services.vision.packages.progress import Step

_MOST_SEED = 2**32 - 1
_WORDNET_ID = re.compile(r"^n\d{8}(?!\d)")


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `model` with `build`, `verify` and `quantize`."""
    model = subparsers.add_parser("model", help="make and check model packages")
    commands = model.add_subparsers(title="commands", metavar="command", required=True)

    build = commands.add_parser("build", help="make a model package", description="Make a model package, once.")
    build.add_argument("backbone", choices=["inception_v3"])
    build.add_argument(
        "--weights",
        required=True,
        metavar="imagenet|PATH|untrained",
        help="download the official weights, take those of a file or of another package, or random numbers",
    )
    build.add_argument("--to", type=Path, required=True, metavar="DIR", help="the folder to make")
    build.add_argument(
        "--seed",
        type=_seed,
        default=0,
        metavar="N",
        help="of random numbers: another seed makes another model, such as a second one to try spaces with (0)",
    )
    build.add_argument("--cache", type=Path, metavar="DIR", help="where downloads are kept (`weights` beside --to)")
    build.set_defaults(run=_one_sentence_on_failure(_build))

    verify = commands.add_parser("verify", help="check a model package, and how well it labels your own pictures")
    verify.add_argument("package", type=Path, metavar="DIR")
    verify.add_argument("--images", type=Path, metavar="DIR", help="pictures named after their WordNet ids")
    verify.add_argument("--engine", choices=["auto", "openvino", "tensorflow"], default="auto")
    verify.add_argument("--precision", choices=["auto", "fp32", "bf16", "int8"], default="auto")
    verify.set_defaults(run=_one_sentence_on_failure(_verify))

    quantize = commands.add_parser(
        "quantize",
        help="make a package in int8 out of another",
        description="Make a new package in int8, and say how far its answers are from fp32. It changes nothing that "
        "runs: a new package is served where PICTOR_MODEL_PACKAGE names it, and fills a vector space of its own.",
    )
    quantize.add_argument("package", type=Path, metavar="DIR")
    quantize.add_argument(
        "--images",
        type=Path,
        nargs="+",
        required=True,
        metavar="PATH",
        help="pictures such as the library holds, and folders of them: 400 are used at the most",
    )
    quantize.add_argument("--to", type=Path, required=True, metavar="DIR", help="the folder to make")
    quantize.add_argument("--holdout", type=int, metavar="N", help="how many to compare on (a fifth, at most 100)")
    quantize.set_defaults(run=_one_sentence_on_failure(_quantize))


def _one_sentence_on_failure(run: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    def guarded(arguments: argparse.Namespace) -> int:
        from services.vision.packages import PackageError  # noqa: PLC0415 (an import for this command only)

        try:
            run(arguments)
        except (PackageError, _NothingToCountError, NoPicturesError) as error:
            sys.stderr.write(f"pictor: {error}\n")
            return 1
        return 0

    return guarded


def _build(arguments: argparse.Namespace) -> None:
    from services.vision.packages.build import build, chosen_weights  # noqa: PLC0415

    package = build(
        chosen_weights(arguments.weights), arguments.to, _Teller(), cache=arguments.cache, seed=arguments.seed
    )
    sys.stdout.write(f"{package.folder}: {package.manifest.space}, {_weights_said(package)}\n")


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_SEED:
        raise argparse.ArgumentTypeError(f"a number from 0 to {_MOST_SEED}")
    return int(text)


class _Teller:
    """Says on stderr what a build does; a download in steps of five percent."""

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, step: "Step") -> None:
        line = f"{step.what} …"
        if step.total:
            line = f"{step.what}: {step.done * 20 // step.total * 5} % of {step.total / 1e6:.0f} MB"
        if line != self._said:
            sys.stderr.write(f"{line}\n")
            self._said = line


def _verify(arguments: argparse.Namespace) -> None:
    from services.vision.engines import open_engine  # noqa: PLC0415
    from services.vision.packages import load_package  # noqa: PLC0415

    package = load_package(arguments.package)
    sys.stdout.write(
        f"package  {package.folder}\n"
        f"space    {package.manifest.space}\n"
        f"weights  {_weights_said(package)}\n"
        f"files    {len(package.manifest.files)}, each with the sha256 that the manifest names\n"
    )
    if (found := package.manifest.quantization) is not None:
        sys.stdout.write(
            f"int8     made of the weights {found.made_from[:12]}; on {found.held_out_images} pictures "
            f"{100 * found.top_1:.1f} % had the same first label in fp32, cosine {found.cosine_min:.5f} at least\n"
        )
    engine = open_engine(package, arguments.engine, precision=arguments.precision)
    try:
        sys.stdout.write(f"engine   {engine.name} {engine.precision}: answers the golden input as the builder did\n")
        if arguments.images is not None:
            score = asyncio.run(_score(package, engine, arguments.images))
            sys.stdout.write(score.said())
    finally:
        engine.close()


def _quantize(arguments: argparse.Namespace) -> None:
    from services.vision.packages import load_package  # noqa: PLC0415
    from services.vision.packages.quantize import quantize  # noqa: PLC0415

    source = load_package(arguments.package)
    tell = _Teller()
    pictures = asyncio.run(calibration_pictures(arguments.images, arguments.holdout, tell))
    package = quantize(
        source, arguments.to, calibration=pictures.calibration, held_out=pictures.held_out, progress=tell
    )
    found = package.manifest.quantization
    assert found is not None  # noqa: S101 - quantize measures it
    sys.stdout.write(
        f"package  {package.folder}\n"
        f"space    {package.manifest.space}, of its own: images that are in the library are embedded again\n"
        f"made of  {source.manifest.space}, {_weights_said(source)}\n"
        f"images   {found.calibration_images} to calibrate with, {found.held_out_images} others to compare with fp32 on"
        f"{pictures.said}\n"
        f"top-1    {100 * found.top_1:.1f} % have the same first label\n"
        f"top-5    {100 * found.top_5:.1f} % of the first five labels are the same\n"
        f"cosine   {found.cosine_median:.5f} (median), {found.cosine_min:.5f} (least) between the embeddings\n"
        "Nothing uses it yet: where you find that good enough, point PICTOR_MODEL_PACKAGE at it.\n"
    )


def _weights_said(package: "Package") -> str:
    kind = package.manifest.weights_kind
    return f"{kind}, trained" if package.manifest.trained else f"{kind}: random numbers, the labels mean nothing"


class _NothingToCountError(Exception):
    """No picture to measure with; the message is a sentence for the operator."""


@dataclass
class _Score:
    """How often the right label was first, and among the first five."""

    counted: int = 0
    first: int = 0
    among_five: int = 0
    unnamed: int = 0
    unreadable: int = 0

    def said(self) -> str:
        lines = [f"images   {self.counted} with a label that the network knows"]
        if self.unnamed:
            lines.append(f"         {self.unnamed} left out: the name does not begin with such a WordNet id")
        if self.unreadable:
            lines.append(f"         {self.unreadable} left out: not a readable picture")
        for name, hits in (("top-1", self.first), ("top-5", self.among_five)):
            lines.append(f"{name}    {100 * hits / self.counted:.1f} % ({hits} of {self.counted})")
        return "\n".join(lines) + "\n"


async def _score(package: "Package", engine: "Engine", folder: Path) -> _Score:
    """Label every picture under `folder`; raises _NothingToCountError."""
    from services.vision.decoding import DecodeError, Decoder, DecodeRequest  # noqa: PLC0415

    score = _Score()
    request = DecodeRequest(model_input_size=package.manifest.input.size)
    named = _named_pictures(folder, {label.id: index for index, label in enumerate(package.labels)}, score)
    decoder = Decoder()
    try:
        await decoder.start()
    except DecodeError as error:
        raise _NothingToCountError(f"No picture can be read on this machine: {error}.") from error
    async with decoder:
        for start in range(0, len(named), engine.max_batch):
            pictures, truths = [], []
            for path, truth in named[start : start + engine.max_batch]:
                try:
                    decoded = await decoder.decode(path, request)
                except (DecodeError, OSError):
                    score.unreadable += 1
                    continue
                if decoded.model_input is not None:
                    pictures.append(decoded.model_input)
                    truths.append(truth)
            _count(engine, pictures, truths, score)
    if score.counted == 0:
        raise _NothingToCountError(
            f"There is nothing to count in {folder}: no readable picture whose name begins with the WordNet id of a "
            "label, as n02084071_7.jpg does."
        )
    return score


def _named_pictures(folder: Path, index_of: dict[str, int], score: _Score) -> list[tuple[Path, int]]:
    named: list[tuple[Path, int]] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found = _WORDNET_ID.match(path.name)
        if found and found.group() in index_of:
            named.append((path, index_of[found.group()]))
        else:
            score.unnamed += 1
    return named


def _count(engine: "Engine", pictures: "list[NDArray[np.uint8]]", truths: list[int], score: _Score) -> None:
    import numpy as np  # noqa: PLC0415

    if not pictures:
        return
    best = np.argsort(-engine.infer(np.stack(pictures)).probabilities, axis=1, kind="stable")[:, :5]
    score.counted += len(truths)
    score.first += sum(truth == row[0] for truth, row in zip(truths, best, strict=True))
    score.among_five += sum(truth in row for truth, row in zip(truths, best, strict=True))
