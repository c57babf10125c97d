"""Small pictures in a terminal: kitty's protocol where it is spoken, else two pixels a letter."""

import base64
import io
import os
import sys

from PIL import Image as Pillow
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

COLUMNS, ROWS = 24, 8
_PORTION = 4096


def show(data: bytes) -> None:
    """Draw a JPEG, at most COLUMNS wide and ROWS high."""
    with Pillow.open(io.BytesIO(data), formats=["JPEG"]) as opened:
        picture = opened.convert("RGB")
    if os.environ.get("KITTY_WINDOW_ID") or "kitty" in os.environ.get("TERM", ""):
        _kitty(picture)
    else:
        Console().print(half_blocks(picture))


def half_blocks(picture: Pillow.Image) -> Text:
    picture = picture.copy()
    picture.thumbnail((COLUMNS, 2 * ROWS))
    pixels = picture.convert("RGB").tobytes()

    def colour(left: int, top: int) -> Color:
        at = 3 * (top * picture.width + left)
        return Color.from_rgb(*pixels[at : at + 3])

    text = Text()
    for top in range(0, picture.height - 1, 2):
        for left in range(picture.width):
            text.append("▀", Style(color=colour(left, top), bgcolor=colour(left, top + 1)))
        text.append("\n")
    return text


def _kitty(picture: Pillow.Image) -> None:
    file = io.BytesIO()
    picture.save(file, "PNG")
    encoded = base64.b64encode(file.getvalue()).decode()
    portions = [encoded[at : at + _PORTION] for at in range(0, len(encoded), _PORTION)]
    for number, portion in enumerate(portions):
        first = f"a=T,f=100,r={ROWS}," if number == 0 else ""
        more = int(number < len(portions) - 1)
        sys.stdout.write(f"\x1b_G{first}m={more};{portion}\x1b\\")
    sys.stdout.write("\n")
