"""From the blocks of a file to what is said of its picture. A broken block costs its facts, never the picture."""

from collections.abc import Iterator
from typing import NamedTuple

from services.vision.decoding.formats.blocks import Blocks
from services.vision.decoding.formats.metadata.dates import ImpossibleDate, parse_date
from services.vision.decoding.formats.metadata.iptc import Iptc, read_iptc
from services.vision.decoding.formats.metadata.tags import Directory, TagReader
from services.vision.decoding.formats.metadata.xmp import Xmp, read_xmp
from services.vision.decoding.model import CameraFacts, Metadata, TakenAt

_ORIENTATION, _EXIF_DIRECTORY, _GPS_DIRECTORY = 0x0112, 0x8769, 0x8825
_MAKE, _MODEL, _SOFTWARE, _DATE_TIME = 0x010F, 0x0110, 0x0131, 0x0132
_ORIGINAL, _DIGITIZED = 0x9003, 0x9004
_OFFSET, _OFFSET_ORIGINAL, _OFFSET_DIGITIZED = 0x9010, 0x9011, 0x9012
_FRACTION, _FRACTION_ORIGINAL, _FRACTION_DIGITIZED = 0x9290, 0x9291, 0x9292
_EXPOSURE, _F_NUMBER, _ISO, _FOCAL_LENGTH, _LENS = 0x829A, 0x829D, 0x8827, 0x920A, 0xA434
_MAX_TEXT, _MAX_KEYWORDS, _MAX_KEYWORD = 200, 50, 100
_UNKNOWN_TEXT = ("", "unknown", "----", "0.0 mm f/0.0")
_MAX_ISO, _MAX_EXPOSURE_S, _MAX_F, _MAX_MM, _MAX_ALTITUDE_M = 10_000_000, 86_400.0, 1_000.0, 10_000.0, 100_000.0
_DEGREES = 3


class Facts(NamedTuple):
    """What was read; ``orientation`` is 1..8, 1 when absent or nonsense."""

    metadata: Metadata
    orientation: int


def read_facts(blocks: Blocks) -> Facts:
    """Read all blocks; what is wrong with them becomes warnings of theirs."""
    top, exif, gps = _directories(blocks)
    xmp, iptc = _xmp(blocks), Iptc() if blocks.iptc is None else read_iptc(blocks.iptc)
    orientation = _number(top, _ORIENTATION)
    turned = int(orientation) if orientation in range(1, 9) else 1  # type: ignore[arg-type]
    metadata = Metadata(
        taken=_taken(top, exif, xmp, iptc, blocks),
        camera=_camera(top, exif, gps, None if orientation is None else turned, blocks),
        keywords=_keywords((*iptc.keywords, *xmp.keywords)),
    )
    return Facts(metadata, turned)


def _directories(blocks: Blocks) -> tuple[Directory, Directory, Directory]:
    if blocks.tags is None:
        return {}, {}, {}
    try:
        reader = TagReader(blocks.tags)
        top = next(reader.directories(), {})
        exif, gps = (reader.directory(_number(top, tag)) for tag in (_EXIF_DIRECTORY, _GPS_DIRECTORY))
    except (ValueError, OverflowError):
        blocks.warn("metadata_ignored", "The EXIF data is broken and was ignored.")
        return {}, {}, {}
    if reader.has_more:
        blocks.warn("metadata_ignored", "The EXIF data has too many entries: the first thousand were read.")
    return top, exif, gps


def _xmp(blocks: Blocks) -> Xmp:
    if blocks.xmp is None:
        return Xmp()
    try:
        return read_xmp(blocks.xmp)
    except ValueError:
        blocks.warn("metadata_ignored", "The XMP data is broken, or not of a kind that is read, and was ignored.")
        return Xmp()


def _taken(top: Directory, exif: Directory, xmp: Xmp, iptc: Iptc, blocks: Blocks) -> TakenAt | None:
    impossible = None
    for text, source, offset, fraction in _dates(top, exif, xmp, iptc):
        try:
            taken = parse_date(text, source, offset=offset, fraction=fraction)
        except ImpossibleDate as date:
            impossible = impossible or str(date)
            continue
        if taken is not None:
            return taken
    if impossible is not None:
        shown = "".join(letter if letter.isprintable() else "?" for letter in impossible)
        blocks.warn("impossible_date", f"The date in the file ({shown}) cannot be: it was ignored.")
    return None


def _dates(top: Directory, exif: Directory, xmp: Xmp, iptc: Iptc) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Text, source, offset and fraction of each date that there is, the most believable first."""
    for tag, source, offset, fraction in (
        (_ORIGINAL, "exif_date_time_original", _OFFSET_ORIGINAL, _FRACTION_ORIGINAL),
        (_DIGITIZED, "exif_date_time_digitized", _OFFSET_DIGITIZED, _FRACTION_DIGITIZED),
    ):
        if tag in exif:
            yield exif[tag].text(), source, _text(exif, offset) or _text(exif, _OFFSET), _text(exif, fraction)
    for date in xmp.dates:
        yield date, "xmp", None, None
    if iptc.date is not None:
        yield iptc.date, "iptc", None, None
    if _DATE_TIME in top:
        yield top[_DATE_TIME].text(), "exif_date_time", _text(exif, _OFFSET), _text(exif, _FRACTION)


def _camera(top: Directory, exif: Directory, gps: Directory, orientation: int | None, blocks: Blocks) -> CameraFacts:
    position = _position(gps, blocks)
    iso = _between(exif, _ISO, _MAX_ISO)
    altitude = _between(gps, 6, _MAX_ALTITUDE_M)
    below = bool(altitude is not None and _number(gps, 5) == 1)
    return CameraFacts(
        make=_text(top, _MAKE),
        model=_text(top, _MODEL),
        lens=_text(exif, _LENS),
        exposure_s=_between(exif, _EXPOSURE, _MAX_EXPOSURE_S),
        f_number=_between(exif, _F_NUMBER, _MAX_F),
        iso=int(iso) if iso else None,
        focal_length_mm=_between(exif, _FOCAL_LENGTH, _MAX_MM),
        software=_text(top, _SOFTWARE),
        orientation=orientation,
        latitude=position[0] if position else None,
        longitude=position[1] if position else None,
        altitude_m=-altitude if below and altitude is not None else altitude,
    )


def _position(gps: Directory, blocks: Blocks) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None when there is no whole position, or it is nowhere on Earth."""
    angles = [_angle(gps, reference, value, negative) for reference, value, negative in ((1, 2, "S"), (3, 4, "W"))]
    if angles[0] is None or angles[1] is None or angles == [0, 0]:  # null island: no fix
        return None
    if abs(angles[0]) > 90 or abs(angles[1]) > 180:  # noqa: PLR2004 degrees
        blocks.warn("metadata_ignored", "The position in the file is nowhere on Earth and was ignored.")
        return None
    return round(angles[0], 7), round(angles[1], 7)


def _angle(gps: Directory, reference: int, value: int, negative: str) -> float | None:
    numbers = gps[value].numbers()[:_DEGREES] if value in gps else []
    if not numbers:
        return None
    degrees = sum(number / 60**place for place, number in enumerate(numbers))
    degrees = float(degrees)
    return -degrees if (_text(gps, reference) or "").upper().startswith(negative) else degrees


def _number(directory: Directory, tag: int) -> float | None:
    return directory[tag].number() if tag in directory else None


def _between(directory: Directory, tag: int, most: float) -> float | None:
    number = _number(directory, tag)
    return number if number is not None and 0 <= number <= most else None


def _text(directory: Directory, tag: int) -> str | None:
    if tag not in directory:
        return None
    text = "".join(letter for letter in directory[tag].text()[:_MAX_TEXT] if letter.isprintable()).strip()
    return None if text.lower() in _UNKNOWN_TEXT else text


def _keywords(found: tuple[str, ...]) -> tuple[str, ...]:
    printable = ("".join(letter for letter in keyword if letter.isprintable()).strip() for keyword in found)
    return tuple(dict.fromkeys(keyword for keyword in printable if 0 < len(keyword) <= _MAX_KEYWORD))[:_MAX_KEYWORDS]
