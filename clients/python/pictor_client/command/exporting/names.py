"""Names of exported files: readable, safe on every file system, and one for each image."""

import unicodedata
from pathlib import PurePath

from pictor_client.core.models import Image

_FORBIDDEN = frozenset('<>:"/\\|?*')
_LONGEST = 80
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
_EXTENSIONS = {"image/jpeg": "jpg", "image/tiff": "tif", "image/x-adobe-dng": "dng"}


def path_of(image: Image) -> str:
    """originals/2026/11/holiday-1a2b3c4d5e6f.jpg: the date taken, else of the upload; the end of the id."""
    date = image.taken_at or image.created_at
    given = PurePath(image.file_name or "")
    extension = given.suffix.lstrip(".").lower()
    if not (extension.isascii() and extension.isalnum()):
        extension = _EXTENSIONS.get(image.media_type, image.media_type.rpartition("/")[2].removeprefix("x-"))
    return f"originals/{date:%Y/%m}/{_safe(given.stem)}-{image.id.hex[-12:]}.{extension[:10]}"


def _safe(stem: str) -> str:
    letters = unicodedata.normalize("NFC", stem)
    kept = "".join("_" if letter in _FORBIDDEN or not letter.isprintable() else letter for letter in letters)
    while len(kept.encode()) > _LONGEST:
        kept = kept[:-1]
    kept = kept.strip(" .")
    return f"_{kept}" if kept.lower() in _RESERVED else kept or "image"
