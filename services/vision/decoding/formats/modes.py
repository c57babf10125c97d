"""Any mode of Pillow's to one that can be resized: L, RGB, RGBA or CMYK, 8 bits a sample, transparency as alpha."""

from typing import cast

from PIL import Image, ImageChops, ImageCms

_WORKABLE = ("L", "RGB", "RGBA", "CMYK")


def workable(image: Image.Image) -> Image.Image:
    """The same picture in a workable mode."""
    unusual = _UNUSUAL.get(image.mode)
    if unusual is not None:
        return unusual(image)
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in _WORKABLE else image.convert("RGB")


def _bilevel(image: Image.Image) -> Image.Image:
    grey, transparent = image.convert("L"), image.info.get("transparency")
    if not isinstance(transparent, int):
        return grey
    return _with_alpha(grey, grey.point(_opaque_but(255 if transparent else 0)))


def _grey_16(image: Image.Image) -> Image.Image:
    """The high bytes; transparent is what equals the colour named in both bytes."""
    transparent = image.info.get("transparency")
    raw = image.tobytes()
    first, second = (Image.frombytes("L", image.size, raw[start::2]) for start in (0, 1))
    high, low = (first, second) if image.mode == "I;16B" else (second, first)
    if not isinstance(transparent, int):
        return high
    return _with_alpha(
        high, ImageChops.lighter(high.point(_opaque_but(transparent >> 8)), low.point(_opaque_but(transparent & 255)))
    )


def _opaque_but(transparent: int) -> list[int]:
    """A table that makes a mask: 0 for one value, 255 for the others."""
    return [0 if value == transparent else 255 for value in range(256)]


def _with_alpha(grey: Image.Image, alpha: Image.Image) -> Image.Image:
    return Image.merge("LA", (grey, alpha)).convert("RGBA")


def _scaled(image: Image.Image) -> Image.Image:
    """32-bit samples: 0..1, 0..255 or 0..65535 as they seem to be, else from the least to the greatest."""
    low, high = (float(bound) for bound in cast("tuple[float, float]", image.getextrema()))
    top = next((bound for bound in (1.0, 255.0, 65_535.0) if high <= bound), high)
    base = min(low, 0.0)
    scale = 255 / (top - base)
    return image.convert("F").point(lambda value: value * scale - base * scale).convert("L")


def _from_lab(image: Image.Image) -> Image.Image:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    return image.convert("L") if converted is None else converted


_UNUSUAL = {
    "1": _bilevel,
    "I;16": _grey_16,
    "I;16L": _grey_16,
    "I;16B": _grey_16,
    "I": _scaled,
    "F": _scaled,
    "LAB": _from_lab,
}
