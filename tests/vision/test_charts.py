"""Charts of labels: what is in them, and that a name cannot break out of one."""

from io import BytesIO
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from services.vision.charts import LONGEST, Bar, bar_chart_png, bar_chart_svg, chart_height

SVG = "{http://www.w3.org/2000/svg}"
BLUE = (0x2F, 0x6F, 0xEB)


def pixels(bars: list[Bar]) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.asarray(Image.open(BytesIO(bar_chart_png(bars))))


def parsed(svg: bytes) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - made by us


def test_svg_has_a_bar_for_each_as_long_as_its_score() -> None:
    root = parsed(bar_chart_svg([Bar("dog", 0.5), Bar("cat", 0.25)]))
    bars = [float(one.get("width") or 0) for one in root.iter(f"{SVG}rect") if one.get("fill") == "#2f6feb"]
    assert bars[0] == pytest.approx(2 * bars[1])
    assert [text.text for text in root.iter(f"{SVG}text")] == ["dog", "50.0 %", "cat", "25.0 %"]
    assert root.find(f"{SVG}title").text == "dog 50.0 %; cat 25.0 %"  # type: ignore[union-attr]


def test_a_name_is_text_and_is_cut() -> None:
    name = "<script>alert(1)</script>" + "x" * 100
    svg = bar_chart_svg([Bar(name, 1.0)])
    assert b"<script" not in svg
    shown = next(parsed(svg).iter(f"{SVG}text")).text
    assert shown == name[: LONGEST - 1] + "…"


def test_png_has_the_same_bars() -> None:
    blue = (pixels([Bar("dog", 0.5), Bar("cat", 0.25)]) == BLUE).all(axis=2)
    lengths = [blue[row * 60 + 50].sum() for row in range(2)]  # the middle of each bar, at two pixels for one
    assert lengths[0] == pytest.approx(2 * lengths[1], abs=4)


@pytest.mark.parametrize("score", [-1.0, 0.0, 1.0, 7.0])
def test_a_bar_stays_within_the_chart(score: float) -> None:
    shape = pixels([Bar("dog", score)]).shape
    assert shape == (2 * chart_height([Bar("dog", score)]), 1120, 3)
    assert not (pixels([Bar("dog", score)])[:, 970:] == BLUE).all(axis=2).any()


def test_without_labels_it_says_so() -> None:
    assert b"no labels yet" in bar_chart_svg([])
    assert (pixels([]) < 128).any()
