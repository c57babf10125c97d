"""Dates in every spelling that cameras, editors and phones use."""

import re
from datetime import datetime, timedelta

from services.vision.decoding.model import TakenAt

# 2020:02:10 20:24:43.45+02:00; also with - or / or nothing between the parts, and with a date alone.
_DATE = re.compile(
    r"\s*(\d{4})[:/.-]?(\d\d)[:/.-]?(\d\d)"
    r"(?:[ T]\s*(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\s?\d{1,2}(?::?\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)
_OFFSET = re.compile(r"\s*([+-])\s?(\d{1,2})(?::?(\d\d))?", re.ASCII)
# Blank and zero dates are how cameras say that their clock was not set: no fault worth a warning.
_UNSET = re.compile(r"[\s0:./T+Z-]*", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1826, 2100
_MOST_OFFSET = timedelta(hours=15)
_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)"
    r"(?:[-_. T]{0,3}(?:at[ _])?(?:(?<=\D)|(?<=\d))([0-2]\d)[-_.:h]?([0-5]\d)[-_.:m]?([0-5]\d)(\d{3})?)?(?!\d)",
    re.ASCII,
)


class ImpossibleDate(ValueError):
    """It looks like a date, but there is no such moment, or no photography yet."""


def parse_date(text: str, source: str, *, offset: str | None = None, fraction: str | None = None) -> TakenAt | None:
    """The moment that a text names; None when it names none. Raises ImpossibleDate for hour 24, or the year 1.

    ``offset`` and ``fraction`` are what stands in tags of their own; what is in the date itself goes first.
    """
    if _UNSET.fullmatch(text):
        return None
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, within, zone = match.groups()
    digits = (within or (fraction or "").strip()).ljust(6, "0")[:6]
    if not digits.isdecimal():
        digits = "0"
    try:
        parts = (int(part or 0) for part in (year, month, day, hour, minute, second, digits))
        local = datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 the zone is another field
    except ValueError as error:
        raise ImpossibleDate(text[:40]) from error
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise ImpossibleDate(text[:40])
    offset_s = parse_offset(zone)
    return TakenAt(local, parse_offset(offset) if offset_s is None else offset_s, source)


def parse_offset(text: str | None) -> int | None:
    """Seconds ahead of UTC of "+02:00", "+0200", "+2", "-5:00" or "Z"; None when it is no offset."""
    if text is None:
        return None
    if text.strip().upper() in ("Z", "UTC"):
        return 0
    match = _OFFSET.match(text)
    if match is None:
        return None
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if ahead > _MOST_OFFSET or int(match[3] or 0) >= 60:  # noqa: PLR2004 minutes
        return None
    return int(ahead.total_seconds()) * (-1 if match[1] == "-" else 1)


def date_in_name(name: str) -> TakenAt | None:
    """The date in a file name, as cameras, phones and messengers write it: IMG_20200210_202443.jpg."""
    for match in _IN_NAME.finditer(name):
        year, month, day, hour, minute, second, milliseconds = match.groups()
        try:
            numbers = (int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
            local = datetime(*numbers, int(milliseconds or 0) * 1000)  # noqa: DTZ001 a name has no zone
        except ValueError:
            continue
        # Pixel phones name their files in UTC.
        return TakenAt(local, 0 if name.startswith("PXL_") else None, "file_name")
    return None
