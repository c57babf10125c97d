"""The file formats that are decoded: one table for the sniffer, the services and the documents."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class FileFormat:
    """What people call a format, and the usual ending of its files."""

    name: str
    extension: str
    is_raw: bool = False


FORMATS: Final[dict[str, FileFormat]] = {
    "image/jpeg": FileFormat("JPEG", "jpg"),
    "image/png": FileFormat("PNG", "png"),
    "image/webp": FileFormat("WebP", "webp"),
    "image/gif": FileFormat("GIF", "gif"),
    "image/heic": FileFormat("HEIC", "heic"),
    "image/heif": FileFormat("HEIF", "heif"),
    "image/avif": FileFormat("AVIF", "avif"),
    "image/tiff": FileFormat("TIFF", "tif"),
    "image/bmp": FileFormat("BMP", "bmp"),
    "image/jp2": FileFormat("JPEG 2000", "jp2"),
    "image/jxl": FileFormat("JPEG XL", "jxl"),
    "image/x-adobe-dng": FileFormat("DNG", "dng", is_raw=True),
    "image/x-canon-cr2": FileFormat("Canon CR2", "cr2", is_raw=True),
    "image/x-canon-cr3": FileFormat("Canon CR3", "cr3", is_raw=True),
    "image/x-nikon-nef": FileFormat("Nikon NEF", "nef", is_raw=True),
    "image/x-sony-arw": FileFormat("Sony ARW", "arw", is_raw=True),
    "image/x-fuji-raf": FileFormat("Fujifilm RAF", "raf", is_raw=True),
    "image/x-olympus-orf": FileFormat("Olympus ORF", "orf", is_raw=True),
    "image/x-panasonic-rw2": FileFormat("Panasonic RW2", "rw2", is_raw=True),
    "image/x-pentax-pef": FileFormat("Pentax PEF", "pef", is_raw=True),
    "image/x-raw": FileFormat("camera RAW", "raw", is_raw=True),
}
"""By media type, as it is sniffed."""

FORMATS_IN_WORDS: Final = "JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF, BMP, JPEG 2000, JPEG XL and camera RAW"
