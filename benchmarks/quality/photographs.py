"""The photographs at hand, and which of them calibrate int8."""

import os
import re
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from random import Random

from benchmarks.quality.transforms import reduced
from services.vision.packages.quantize import MIN_CALIBRATION, MIN_HELD_OUT
from tests.photographs import REPOSITORY

GIVEN = "PICTOR_TEST_PHOTOS"
_BESIDE = REPOSITORY.parent / "shared" / "photos"
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
_WORDNET_ID = re.compile(r"n\d{8}(?=\D|$)")
# Of scikit-image's bundle: no two show the same thing.
_PHOTOGRAPHS = (
    "astronaut.png",
    "brick.png",
    "camera.png",
    "cell.png",
    "chelsea.png",
    "clock_motion.png",
    "coffee.png",
    "coins.png",
    "color.png",
    "grass.png",
    "gravel.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "microaneurysms.png",
    "moon.png",
    "motorcycle_left.png",
    "retina.jpg",
    "rocket.jpg",
)
_NO_PHOTOGRAPHS = (
    "chessboard_GRAY.png",
    "chessboard_RGB.png",
    "horse.png",
    "logo.png",
    "page.png",
    "phantom.png",
    "text.png",
)
_CALIBRATING_SHARE = 3


@dataclass(frozen=True)
class Photograph:
    """A file, reduced where it is large. `wordnet_id` is what it shows, by its name; None where that says nothing."""

    name: str
    data: bytes
    wordnet_id: str | None


@dataclass(frozen=True)
class Photographs:
    """`counted` is asked with and judged, `calibrating` shows int8 the ranges; both are in the library."""

    source: str
    counted: list[Photograph]
    calibrating: list[Photograph]

    @property
    def all(self) -> list[Photograph]:
        return self.counted + self.calibrating

    @property
    def labelled(self) -> list[int]:
        """Which of `counted` have a WordNet id."""
        return [number for number, one in enumerate(self.counted) if one.wordnet_id is not None]


def photographs() -> Photographs:
    """Those of PICTOR_TEST_PHOTOS, else of shared/photos beside the repository, else of scikit-image; exits with a
    sentence when they are too few."""
    source, files = _files()
    found = [_read(path) for path in files]
    without = [one for one in found if one.wordnet_id is None]
    if len(without) < len(found) and len(without) >= MIN_CALIBRATION:
        calibrating = without
    else:
        some = max(MIN_CALIBRATION, len(found) // _CALIBRATING_SHARE)
        calibrating = Random(0).sample(found, min(some, len(found)))  # noqa: S311 - nobody gains by guessing it
    counted = [one for one in found if not any(one is taken for taken in calibrating)]
    if len(counted) < MIN_HELD_OUT:
        sys.exit(f"{len(found)} photographs are too few: {MIN_CALIBRATION + MIN_HELD_OUT} are needed. See {GIVEN}.")
    return Photographs(source, counted, calibrating)


def no_photographs() -> list[bytes]:
    """Drawings and printed text, from scikit-image: never part of a library."""
    return [(_bundle() / name).read_bytes() for name in _NO_PHOTOGRAPHS]


def _files() -> tuple[str, list[Path]]:
    if given := os.environ.get(GIVEN):
        return GIVEN, _below(Path(given))
    if beside := _below(_BESIDE):
        return "shared/photos beside the repository", beside
    return "scikit-image's bundle", [_bundle() / name for name in _PHOTOGRAPHS]


def _below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)


def _read(path: Path) -> Photograph:
    named = _WORDNET_ID.match(path.name)
    return Photograph(path.name, reduced(path.read_bytes()), named[0] if named else None)


def _bundle() -> Path:
    found = find_spec("skimage")
    if found is None or not found.submodule_search_locations:
        sys.exit("scikit-image is not installed: run this with `make bench-quality`.")
    return Path(found.submodule_search_locations[0]) / "data"
