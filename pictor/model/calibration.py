"""The pictures that `pictor model quantize` works with: decoded in the sandbox, and dealt out without favour."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # another command must not wait for numpy
    import numpy as np
    from numpy.typing import NDArray

    from services.vision.decoding import ModelInput
    from services.vision.packages.progress import Progress

MAX_CALIBRATION = 300  # what NNCF takes by itself; more hardly changes the ranges
MAX_HELD_OUT = 1000
_HELD_OUT, _HELD_OUT_SHARE = 100, 5


class NoPicturesError(Exception):
    """The pictures cannot be had; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationPictures:
    """Different pictures, uint8 (N, size, size, 3) each."""

    calibration: "NDArray[np.uint8]"
    held_out: "NDArray[np.uint8]"
    unreadable: int

    @property
    def said(self) -> str:
        """What was left out, to end a line with."""
        return f"; {self.unreadable} left out: not a readable picture" if self.unreadable else ""


async def calibration_pictures(
    paths: Sequence[Path], holdout: int | None, progress: "Progress", *, wanted: "ModelInput"
) -> CalibrationPictures:
    """Decode pictures from files, and from folders at any depth, as the model wants them, until there are enough.

    In an order that depends on their paths alone, so that the same library gives the same package. `holdout` is how
    many are kept for comparison: by default a fifth, at most 100. Raises NoPicturesError.
    """
    import numpy as np  # noqa: PLC0415

    if holdout is not None and not 1 <= holdout <= MAX_HELD_OUT:
        raise NoPicturesError(f"--holdout is a number from 1 to {MAX_HELD_OUT}, not {holdout}.")
    files = _files(paths)
    Random(0).shuffle(files)  # noqa: S311 - nobody gains by guessing it
    pictures, unreadable = await _decoded(
        files, MAX_CALIBRATION + (_HELD_OUT if holdout is None else holdout), progress, wanted
    )
    if holdout is None:
        holdout = min(_HELD_OUT, len(pictures) // _HELD_OUT_SHARE)
    if holdout >= len(pictures):
        raise NoPicturesError(
            f"{len(pictures)} readable pictures are too few to keep {holdout} of them back ({unreadable} of the "
            f"{len(files)} files could not be read): name more, or a smaller --holdout."
        )
    stacked = np.stack(pictures)
    return CalibrationPictures(stacked[holdout:], stacked[:holdout], unreadable)


def _files(paths: Sequence[Path]) -> list[Path]:
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise NoPicturesError(f"There is no {missing}: name pictures, or folders of them, with --images.")
    inside = [found for path in paths if path.is_dir() for found in path.rglob("*")]
    return sorted({path for path in (*paths, *inside) if path.is_file()})


async def _decoded(
    files: Sequence[Path], enough: int, progress: "Progress", wanted: "ModelInput"
) -> "tuple[list[NDArray[np.uint8]], int]":
    from services.vision.decoding import DecodeError, Decoder, DecodeRequest  # noqa: PLC0415
    from services.vision.packages.progress import Step  # noqa: PLC0415

    request = DecodeRequest(model_input=wanted)
    pictures: list[NDArray[np.uint8]] = []
    unreadable = 0
    progress(Step(f"reading {min(enough, len(files))} of {len(files)} files"))
    decoder = Decoder()
    try:
        await decoder.start()
    except DecodeError as error:
        raise NoPicturesError(f"No picture can be read on this machine: {error}.") from error
    async with decoder:
        for file in files:
            if len(pictures) == enough:
                break
            try:
                decoded = await decoder.decode(file, request)
            except (DecodeError, OSError):
                unreadable += 1
                continue
            if decoded.model_input is not None:
                pictures.append(decoded.model_input)
    return pictures, unreadable
