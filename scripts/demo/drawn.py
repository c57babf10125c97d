"""Landscapes that are drawn: the same for the same number."""

from datetime import datetime, timedelta

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZES = ((960, 640), (640, 860), (1200, 600), (900, 900), (1600, 500))
SKIES = (
    ((24, 58, 110), (176, 214, 236)),  # noon
    ((52, 34, 88), (246, 150, 88)),  # evening
    ((8, 12, 34), (40, 52, 92)),  # night
    ((150, 160, 172), (222, 224, 222)),  # mist
)
CAMERAS = (("Pictor", "Pictor Brush 1"), ("Pictor", "Pictor Brush 2"), ("Easel", "Easel Pocket"))
FIRST = datetime(2019, 3, 2, 9, 30)  # noqa: DTZ001 - EXIF has no zone
APART = timedelta(days=117, hours=5)
NAMES = ("noon", "evening", "night", "mist")


def landscape(number: int) -> Image.Image:
    """Sky, a sun or a moon, and ranges of hills."""
    random = np.random.default_rng(number)
    width, height = SIZES[number % len(SIZES)]
    above, below = (np.array(colour, float) for colour in SKIES[number % len(SKIES)])
    share = np.linspace(0, 1, height)[:, None, None]
    sky = above * (1 - share) + below * share + random.normal(0, 2, (height, width, 1))
    picture = Image.fromarray(np.clip(sky, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    if NAMES[number % len(NAMES)] == "night":
        for x, y in zip(random.integers(0, width, 160), random.integers(0, height // 2, 160), strict=True):
            pen.point((int(x), int(y)), fill=(250, 250, 220))
    x, y, radius = random.integers(width // 5, 4 * width // 5), random.integers(height // 6, height // 2), height // 14
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(252, 238, 190))
    picture = picture.filter(ImageFilter.GaussianBlur(0.8))
    earth = random.integers(20, 90, 3)
    horizon, apart = random.uniform(0.35, 0.62), random.uniform(0.08, 0.15)
    for layer in range(int(random.integers(2, 6))):
        colour = below * (0.55 - 0.12 * layer) + earth * (0.3 + 0.2 * layer)
        _hills(picture, random, base=horizon + apart * layer, colour=colour)
    return picture


def _hills(picture: Image.Image, random: np.random.Generator, *, base: float, colour: np.ndarray) -> None:
    width, height = picture.size
    along = np.linspace(0, 2 * np.pi, width // 4 + 2)
    line = sum(
        np.sin(along * random.uniform(0.6, 1.4) * 2**octave + random.uniform(0, 7)) / 2**octave for octave in range(5)
    )
    edge = height * (base + random.uniform(0.03, 0.12) * np.asarray(line))
    points = [(4 * n, int(y)) for n, y in enumerate(edge)]
    pen = ImageDraw.Draw(picture)
    pen.polygon([*points, (width, height), (0, height)], fill=tuple(int(part) for part in np.clip(colour, 0, 255)))


def camera_of(number: int) -> Image.Exif:
    """What a camera would have written: when, and with what; pictures are a season apart."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = CAMERAS[number % len(CAMERAS)]
    exif[0x0131] = "Pictor"
    exif.get_ifd(0x8769)[0x9003] = f"{FIRST + number * APART:%Y:%m:%d %H:%M:%S}"
    return exif


def title_of(number: int) -> str:
    return f"Hills, {NAMES[number % len(NAMES)]}"
