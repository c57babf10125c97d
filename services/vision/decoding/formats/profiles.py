"""ICC profiles for colours that a file names by numbers: gamma and chromaticities, or the code points of H.273.

Source: ICC.1:2010 (profile version 4.3), ITU-T H.273 (2024), ITU-R BT.2100.
"""

import struct
from collections.abc import Callable
from functools import cache
from math import exp

from services.vision.decoding.formats.blocks import Blocks, Chromaticities, CodedColour

_D65 = (0.3127, 0.3290)
_SRGB = Chromaticities(_D65, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_P3 = ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06))
_PRIMARIES: dict[int, Chromaticities] = {
    1: _SRGB,
    4: Chromaticities((0.310, 0.316), (0.67, 0.33), (0.21, 0.71), (0.14, 0.08)),
    5: Chromaticities(_D65, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: Chromaticities(_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    7: Chromaticities(_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    9: Chromaticities(_D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    11: Chromaticities((0.314, 0.351), *_P3),
    12: Chromaticities(_D65, *_P3),
}
# Files mean the curve of sRGB by these: nearly all that say BT.709 were made by programs that do not tell them apart.
_SRGB_TRANSFERS = (0, 1, 2, 6, 13, 14, 15)
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6}
_PQ, _HLG = 16, 18
_WHITE_NITS, _PQ_NITS, _HLG_WHITE = 203.0, 10_000.0, 0.2645
_CURVE_POINTS = 1_024
_SAME = 0.0015
_SRGB_EXPONENTS = (0.43, 0.48)
_DISPLAY_EXPONENT = 2.2
Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]
_BRADFORD: Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_D50: Vector = (0.9642, 1.0, 0.8249)


def profile_of(blocks: Blocks) -> bytes | None:
    """The profile of the file, or one made from what it says; None where that is sRGB, or nothing.

    Coded colours (cICP, nclx) go before an ICC profile, that before gamma and chromaticities: PNG, third edition, 4.3.
    """
    coded = blocks.coded_colour
    if coded is not None and coded.primaries in _PRIMARIES and not (blocks.icc_profile and _is_srgb(coded)):
        return None if _is_srgb(coded) else _coded_profile(coded)
    if blocks.icc_profile is not None or blocks.gamma is None:
        return blocks.icc_profile
    if not 0.05 <= blocks.gamma <= 5:  # noqa: PLR2004 nothing is displayed with such an exponent
        blocks.warn("metadata_ignored", "The gamma value (gAMA) makes no sense and was ignored.")
        return None
    primaries = blocks.chromaticities or _SRGB
    if _SRGB_EXPONENTS[0] <= blocks.gamma <= _SRGB_EXPONENTS[1] and _alike(primaries, _SRGB):
        return None
    # As PNG says it: for a display of 2.2, which is what sRGB stands for. So the usual 0.45455 changes nothing.
    exponent = 1 / (blocks.gamma * _DISPLAY_EXPONENT)
    try:
        return _matrix_profile(primaries, lambda value: _srgb(value**exponent))
    except (ZeroDivisionError, ValueError, OverflowError, struct.error):
        blocks.warn("metadata_ignored", "The chromaticities (cHRM) make no sense and were ignored.")
        return _matrix_profile(_SRGB, lambda value: _srgb(value**exponent))


def _is_srgb(coded: CodedColour) -> bool:
    return coded.primaries == 1 and coded.transfer in _SRGB_TRANSFERS


@cache
def _coded_profile(coded: CodedColour) -> bytes:
    primaries = _PRIMARIES[coded.primaries]
    if coded.transfer in _GAMMAS:
        exponent = _GAMMAS[coded.transfer]
        return _matrix_profile(primaries, lambda value: value**exponent)
    return _matrix_profile(primaries, {_PQ: _pq, _HLG: _hlg}.get(coded.transfer, _srgb))


def _srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 IEC 61966-2-1


def _pq(value: float) -> float:
    """Light relative to the white of a page; what is brighter is white."""
    power = value ** (1 / 78.84375)
    light = (max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125)
    return float(min(light * _PQ_NITS / _WHITE_NITS, 1))


def _hlg(value: float) -> float:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    light = value * value / 3 if value <= 0.5 else (exp((value - c) / a) + b) / 12  # noqa: PLR2004 BT.2100, table 5
    return min(light / _HLG_WHITE, 1)


def _alike(one: Chromaticities, other: Chromaticities) -> bool:
    pairs = zip(
        (one.white, one.red, one.green, one.blue), (other.white, other.red, other.green, other.blue), strict=True
    )
    return all(abs(a - b) < _SAME for first, second in pairs for a, b in zip(first, second, strict=True))


def _matrix_profile(colours: Chromaticities, to_linear: Callable[[float], float]) -> bytes:
    """A display profile with three primaries and one curve."""
    white = _xyz(colours.white)
    columns = [_xyz(point) for point in (colours.red, colours.green, colours.blue)]
    scales = _times(_inverse(_transposed(columns)), white)
    adapted = _adaptation(white)
    primaries = [
        _times(adapted, (x * scale, y * scale, z * scale)) for (x, y, z), scale in zip(columns, scales, strict=True)
    ]
    points = [round(to_linear(step / (_CURVE_POINTS - 1)) * 65_535) for step in range(_CURVE_POINTS)]
    curve = struct.pack(f">4sII{_CURVE_POINTS}H", b"curv", 0, _CURVE_POINTS, *points)
    text = struct.pack(">4sIIIHHII", b"mluc", 0, 1, 12, 0x656E, 0x5553, 12, 28) + "pictor".encode("utf-16-be")
    tags = {
        b"desc": text,
        b"cprt": text,
        b"wtpt": _xyz_tag(_D50),
        **{name: _xyz_tag(value) for name, value in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    return _assembled(tags)


def _assembled(tags: dict[bytes, bytes]) -> bytes:
    at = 128 + 4 + 12 * len(tags)
    table, body, places = b"", b"", dict[bytes, int]()
    for name, data in tags.items():
        if data not in places:
            places[data] = at + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, places[data], len(data))
    size = at + len(body)
    header = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x04300000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    header += struct.pack(">3i", *(round(part * 65_536) for part in _D50))
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _xyz_tag(value: Vector) -> bytes:
    return struct.pack(">4sI3i", b"XYZ ", 0, *(round(part * 65_536) for part in value))


def _xyz(point: tuple[float, float]) -> Vector:
    x, y = point
    return x / y, 1.0, (1 - x - y) / y


def _adaptation(white: Vector) -> Matrix:
    """From this white to D50, by Bradford's cones."""
    ours, theirs = _times(_BRADFORD, white), _times(_BRADFORD, _D50)
    scaled: Matrix = tuple(  # type: ignore[assignment]
        tuple(part * theirs[row] / ours[row] for part in _BRADFORD[row]) for row in range(3)
    )
    return _transposed([_times(_inverse(_BRADFORD), column) for column in _transposed(list(scaled))])


def _times(matrix: Matrix, vector: Vector) -> Vector:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _transposed(rows: list[Vector]) -> Matrix:
    first, second, third = zip(*rows, strict=True)
    return first, second, third


def _inverse(m: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = m
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    rows = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    return tuple(tuple(part / determinant for part in row) for row in rows)  # type: ignore[return-value]
