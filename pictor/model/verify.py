"""`pictor model verify`: is the package whole, does it compute what its builder saw, and how well does it label."""

import argparse
import asyncio
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pictor.model.telling import NothingToCountError, weights_said

if TYPE_CHECKING:  # another command must not wait for numpy
    import numpy as np
    from numpy.typing import NDArray

    from services.vision.engines import Engine
    from services.vision.packages import Package

_WORDNET_ID = re.compile(r"^n\d{8}(?!\d)")


def run_verify(arguments: argparse.Namespace) -> None:
    from services.vision.engines import open_engine  # noqa: PLC0415
    from services.vision.packages import load_package  # noqa: PLC0415

    package = load_package(arguments.package)
    sys.stdout.write(
        f"package  {package.folder}\n"
        f"space    {package.manifest.space}\n"
        f"weights  {weights_said(package)}\n"
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
    """Label every picture under `folder`; raises NothingToCountError."""
    from services.vision.decoding import DecodeError, Decoder, DecodeRequest  # noqa: PLC0415

    score = _Score()
    request = DecodeRequest(model_input=package.manifest.input.model_input)
    named = _named_pictures(folder, {label.id: index for index, label in enumerate(package.labels)}, score)
    decoder = Decoder()
    try:
        await decoder.start()
    except DecodeError as error:
        raise NothingToCountError(f"No picture can be read on this machine: {error}.") from error
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
        raise NothingToCountError(
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
