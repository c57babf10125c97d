"""Names of files in an archive: what every system can unpack, each once, and none that leaves its folder."""

import re
import unicodedata

from services.catalog.domain import ImageRecord
from services.vision.decoding.media_types import FORMATS

MAX_BYTES = 200
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""Of some file system, or a mark that makes a name look like another."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


class EntryNames:
    """Gives names for the files of one archive. Two names that differ in case alone are one name on some systems."""

    def __init__(self, *, reserved: str) -> None:
        self._taken = {_key(reserved)}
        self._numbers: dict[str, int] = {}

    def of(self, image: ImageRecord) -> str:
        """Give the name of an image's file: that it came with, else its title, else its id."""
        extension = FORMATS[image.media_type].extension
        stem, suffix = _split(safe_name(image.file_name or f"{image.title}.{extension}"), extension)
        stem = stem or str(image.id)
        number = self._numbers.get(_key(stem + suffix), 1)
        name = stem + suffix
        while _key(name) in self._taken:
            number += 1
            name = f"{stem} ({number}){suffix}"
        self._numbers[_key(stem + suffix)] = number
        self._taken.add(_key(name))
        return name


def safe_name(name: str) -> str:
    """Give a name without folders, and without what some system refuses; it may be empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = _FORBIDDEN.sub("_", last).strip(" .")
    return f"_{plain}" if _DEVICES.match(plain) else plain


def _split(name: str, extension: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    if not dot or not 0 < len(suffix) <= 5 or not suffix.isascii():  # noqa: PLR2004 - `.jpeg`, and none longer
        stem, suffix = name, extension
        if name == extension:  # nothing but what stood for the ending
            stem = ""
    return stem.encode()[:MAX_BYTES].decode(errors="ignore").rstrip(" ."), f".{suffix}"


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
