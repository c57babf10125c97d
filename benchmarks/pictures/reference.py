"""A second opinion of how a file looks: libvips (the wheel pyvips-binary), else ImageMagick where it is installed."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pyvips
from numpy.typing import NDArray
from PIL import Image

SIDE = 32
_SHOWN = 256
_TIMEOUT_S = 60
Colours = NDArray[np.float64]


def rendering(path: Path) -> tuple[str, Colours] | None:
    """Who rendered the file and what it looks like: Lab colours, (SIDE, SIDE, 3). None when nobody could."""
    try:
        return "libvips", _libvips(path)
    except pyvips.Error:
        pass
    program = shutil.which("magick") or shutil.which("convert-im6.q16")  # the names that nothing else has
    shown = None if program is None else _imagemagick(program, path)
    return None if shown is None else ("ImageMagick", shown)


def lab(rgb: NDArray[np.uint8]) -> Colours:
    """sRGB, (rows, columns, 3), as CIE Lab (D65), averaged to (SIDE, SIDE, 3). Source: IEC 61966-2-1, CIE 15."""
    value = np.asarray(Image.fromarray(rgb).resize((SIDE, SIDE), Image.Resampling.BOX), np.float64) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = linear @ to_xyz.T / np.array([0.9505, 1.0, 1.089])
    x, y, z = np.moveaxis(np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def distances(one: Colours, other: Colours) -> tuple[float, float]:
    """The mean and the greatest distance (CIE 1976): about 2 is what people begin to see."""
    each = np.sqrt(((one - other) ** 2).sum(axis=-1))
    return float(each.mean()), float(each.max())


def _libvips(path: Path) -> Colours:
    image = pyvips.Image.thumbnail(str(path), _SHOWN, size="down", output_profile="srgb", fail_on="none")
    if image.hasalpha():
        image = image.flatten(background=[255 if image.format == "uchar" else 65_535] * (image.bands - 1))
    image = image.colourspace("srgb").cast("uchar")
    return lab(np.asarray(image.numpy()[:, :, :3], np.uint8))


def _imagemagick(program: str, path: Path) -> Colours | None:
    size, profile = f"{_SHOWN}x{_SHOWN}>", ("-background", "white", "-alpha", "remove", "-colorspace", "sRGB")
    command = [program, f"{path}[0]", "-auto-orient", "-thumbnail", size, *profile, "-depth", "8", "ppm:-"]
    try:
        made = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=True).stdout
    except (subprocess.SubprocessError, OSError):
        return None
    return _portable(made)


def _portable(made: bytes) -> Colours | None:
    """The pixels of a binary PPM."""
    parts = made.split(maxsplit=4) if made.startswith(b"P6") else []
    if len(parts) < 4:  # P6, width, height, greatest value
        return None
    width, height = int(parts[1]), int(parts[2])
    pixels = np.frombuffer(made[-width * height * 3 :], np.uint8)
    return lab(pixels.reshape(height, width, 3))
