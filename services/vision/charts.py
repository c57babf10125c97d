"""A bar chart of labels and scores, as SVG or PNG: white paper, so that it reads on every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw, ImageFont

WIDTH, ROW, MARGIN, FONT = 560, 30, 10, 14
"""Pixels: the chart's width, a bar's height with the space around it, the edge, and the size of the letters."""
NAMES, SCORES = 220, 60
"""Pixels at the left for names, and at the right for scores."""
LONGEST = 30
"""Characters of a name that are shown."""
PAPER, INK, BAR, TRACK = "#ffffff", "#1f2328", "#2f6feb", "#e8ebef"
NOTHING = "no labels yet"
SCALE = 2
"""Pixels of the PNG for one of the SVG, for screens with small ones."""


@dataclass(frozen=True)
class Bar:
    """A name, and a score of 0 to 1."""

    name: str
    score: float

    @property
    def shown(self) -> str:
        return self.name if len(self.name) <= LONGEST else self.name[: LONGEST - 1] + "…"

    @property
    def percent(self) -> str:
        return f"{self.score * 100:.1f} %"


def chart_height(bars: Sequence[Bar]) -> int:
    return 2 * MARGIN + max(len(bars), 1) * ROW


def bar_chart_svg(bars: Sequence[Bar]) -> bytes:
    """Draw one bar for each, from the top down. All is in attributes: a strict policy blocks styles."""
    size = {"width": str(WIDTH), "height": str(chart_height(bars))}
    said = "; ".join(f"{bar.name} {bar.percent}" for bar in bars) or NOTHING
    root = ET.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", **size, "viewBox": f"0 0 {size['width']} {size['height']}"},
        role="img",
    )
    root.set("font-family", "system-ui, sans-serif")
    root.set("font-size", str(FONT))
    ET.SubElement(root, "title").text = said
    ET.SubElement(root, "rect", {**size, "fill": PAPER})
    for number, bar in enumerate(bars):
        row = ET.SubElement(root, "g")
        ET.SubElement(row, "title").text = f"{bar.name} {bar.percent}"
        for fill, width in ((TRACK, _room()), (BAR, _length(bar))):
            place = {"x": str(NAMES), "y": str(_top(number) + 6), "width": f"{width:.1f}", "height": str(ROW - 12)}
            ET.SubElement(row, "rect", {**place, "rx": "3", "fill": fill})
        _text(row, MARGIN, number, bar.shown)
        _text(row, WIDTH - MARGIN, number, bar.percent, {"text-anchor": "end"})
    if not bars:
        _text(root, MARGIN, 0, NOTHING)
    drawn: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return drawn


def bar_chart_png(bars: Sequence[Bar]) -> bytes:
    """Draw the same as pixels, two for one: 1,120 wide, RGB."""
    image = Image.new("RGB", (WIDTH * SCALE, chart_height(bars) * SCALE), PAPER)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(FONT * SCALE)
    for number, bar in enumerate(bars):
        top = _top(number)
        for fill, width in ((TRACK, _room()), (BAR, _length(bar))):
            if width:
                box = [NAMES, top + 6, NAMES + width, top + ROW - 6]
                draw.rounded_rectangle([edge * SCALE for edge in box], radius=3 * SCALE, fill=fill)
        middle = (top + ROW / 2) * SCALE
        draw.text((MARGIN * SCALE, middle), bar.shown, fill=INK, font=font, anchor="lm")
        draw.text(((WIDTH - MARGIN) * SCALE, middle), bar.percent, fill=INK, font=font, anchor="rm")
    if not bars:
        draw.text((MARGIN * SCALE, (MARGIN + ROW / 2) * SCALE), NOTHING, fill=INK, font=font, anchor="lm")
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _top(number: int) -> int:
    return MARGIN + number * ROW


def _room() -> float:
    return WIDTH - NAMES - SCORES - 2 * MARGIN


def _length(bar: Bar) -> float:
    return _room() * min(max(bar.score, 0.0), 1.0)


def _text(parent: ET.Element, x: int, number: int, text: str, more: dict[str, str] | None = None) -> None:
    place = {"x": str(x), "y": str(_top(number) + ROW // 2), "dominant-baseline": "central", "fill": INK}
    ET.SubElement(parent, "text", {**place, **(more or {})}).text = text
