"""Pictures for a story: drawn by chance, so that no library has them already."""

import random
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (320, 240)


def draw_pictures(folder: Path) -> Path:
    """Write one.jpg and two.jpg; give the folder."""
    folder.mkdir()
    chance = random.SystemRandom()
    for name in ("one.jpg", "two.jpg"):
        picture = Image.new("RGB", SIZE, _colour(chance))
        canvas = ImageDraw.Draw(picture)
        for _ in range(40):
            left, upper, side = chance.randrange(SIZE[0]), chance.randrange(SIZE[1]), chance.randrange(10, 90)
            canvas.ellipse((left, upper, left + side, upper + side), fill=_colour(chance))
        picture.save(folder / name, quality=90)
    return folder


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)
