"""A picture to upload first, drawn here: nothing is downloaded, and it is nobody's work but ours."""

import math
from pathlib import Path

_SIZE = (960, 640)


def ensure_sample(path: Path) -> None:
    """Draw a landscape at `path` (JPEG, 960 by 640) unless it is there."""
    if path.exists():
        return
    from PIL import Image, ImageDraw  # noqa: PLC0415 - once in the life of a data folder: no memory for it otherwise

    picture = Image.new("RGB", _SIZE)
    draw = ImageDraw.Draw(picture)
    width, height = _SIZE
    for y in range(height):
        part = y / height
        draw.line([(0, y), (width, y)], fill=(int(90 + 150 * part), int(140 + 70 * part), int(210 - 40 * part)))
    draw.ellipse((700, 90, 800, 190), fill=(255, 236, 170))
    for base, swing, colour in ((380, 60, (92, 112, 140)), (450, 45, (70, 104, 92)), (530, 30, (48, 82, 54))):
        ridge = [
            (x, base + swing * math.sin(x / (swing * 2.3)) + swing / 2 * math.sin(x / 37))
            for x in range(0, width + 8, 8)
        ]
        draw.polygon([*ridge, (width, height), (0, height)], fill=colour)
    temporary = path.with_suffix(".part")
    picture.save(temporary, "JPEG", quality=88)
    temporary.replace(path)
