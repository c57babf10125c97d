"""The two things that we take from EXIF. A broken EXIF block costs the date, never the picture."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags
from PIL.ImageFile import ImageFile

_DATE = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)", re.ASCII)
_ORIENTATIONS = range(1, 9)


def read_exif(picture: ImageFile) -> tuple[int, datetime | None]:
    """EXIF orientation (1..8; 1 when absent or nonsense) and the time of exposure in UTC."""
    try:
        exif = picture.getexif()
        orientation, details = exif.get(ExifTags.Base.Orientation), exif.get_ifd(ExifTags.IFD.Exif)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 Pillow's EXIF reader raises whatever the broken bytes lead to
        return 1, None
    if not isinstance(orientation, int) or orientation not in _ORIENTATIONS:
        orientation = 1
    date, offset = details.get(ExifTags.Base.DateTimeOriginal), details.get(ExifTags.Base.OffsetTimeOriginal)
    return orientation, parse_taken_at(date, offset)


def parse_taken_at(date: Any, offset: Any) -> datetime | None:  # noqa: ANN401 EXIF values have any type
    """DateTimeOriginal ("2024:05:01 12:34:56") with OffsetTimeOriginal ("+02:00"), in UTC; None if it is no date.

    Without a valid offset the time is taken as UTC. Source: CIPA DC-008 (Exif 2.32), tags 0x9003 and 0x9011.
    """
    match = _DATE.match(date) if isinstance(date, str) else None
    if match is None:
        return None
    shift = _OFFSET.match(offset) if isinstance(offset, str) else None
    try:
        zone = UTC
        if shift is not None:
            ahead = timedelta(hours=int(shift[2]), minutes=int(shift[3]))
            zone = timezone(-ahead if shift[1] == "-" else ahead)
        year, month, day, hour, minute, second = (int(part) for part in match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):  # 0000:00:00, month 13, an offset of 99 hours
        return None
