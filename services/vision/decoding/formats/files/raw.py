"""Camera RAW files: which one it is, and the JPEG that the camera put into it to be looked at.

The sensor's data is not developed: that needs a profile for every camera, and much memory. Every camera stores a
preview, most of them in full size. It is found as exiftool finds it: by the tags that name it, else by its first bytes.
"""

import re
from collections.abc import Iterator

from services.vision.decoding.errors import CorruptImage
from services.vision.decoding.formats.metadata.tags import Directory, TagReader

_MAKE, _SUB_DIRECTORIES, _DNG_VERSION, _PHOTOMETRIC = 0x010F, 0x014A, 0xC612, 0x0106
_COLOUR_FILTER_ARRAY, _LINEAR_RAW = 32_803, 34_892
_JPEG_START, _JPEG_LENGTH, _STRIP_START, _STRIP_LENGTH, _PANASONIC_JPEG = 0x0201, 0x0202, 0x0111, 0x0117, 0x002E
_STARTS = {
    b"IIU\0": "image/x-panasonic-rw2",
    b"IIRO": "image/x-olympus-orf",
    b"IIRS": "image/x-olympus-orf",
    b"MMOR": "image/x-olympus-orf",
    b"FUJIFILMCCD-RAW": "image/x-fuji-raf",
    b"FOVb": "image/x-raw",
    b"\0MRM": "image/x-raw",
}
_MAKERS = {
    "NIKON": "image/x-nikon-nef",
    "SONY": "image/x-sony-arw",
    "PENTAX": "image/x-pentax-pef",
    "RICOH": "image/x-pentax-pef",
}
_FRAME = re.compile(rb"\xff\xd8\xff[\xc4\xdb\xe0-\xef\xfe]")
_MAX_SEGMENTS, _MAX_CANDIDATES, _MAX_SUB_DIRECTORIES = 200, 64, 16
_FRAME_HEADERS, _OTHER_FRAME_HEADERS = (0xC0, 0xC1, 0xC2), (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
_SMALLEST_SIDE = 16


def raw_type(data: bytes) -> str | None:
    """The media type of a RAW file, or image/tiff for what has the same frame but holds a finished picture."""
    by_start = next((kind for start, kind in _STARTS.items() if data.startswith(start)), None)
    if data[4:12] == b"ftypcrx ":
        by_start = "image/x-canon-cr3"
    if by_start is not None or data[:4] not in (b"II*\0", b"MM\0*"):
        return by_start
    if data[8:10] == b"CR":
        return "image/x-canon-cr2"
    reader = TagReader(data)
    directories = _all_directories(reader)
    first = directories[0] if directories else {}
    if _DNG_VERSION in first:
        return "image/x-adobe-dng"
    tags = [directory[_PHOTOMETRIC].number() for directory in directories if _PHOTOMETRIC in directory]
    if not {_COLOUR_FILTER_ARRAY, _LINEAR_RAW} & set(tags):
        return "image/tiff"
    make = first[_MAKE].text().upper() if _MAKE in first else ""
    return next((kind for name, kind in _MAKERS.items() if name in make), "image/x-raw")


def preview_of(data: bytes) -> bytes:
    """The largest ordinary JPEG inside. Raises CorruptImage when there is none."""
    best, most = (0, 0), 0
    for start, end in _candidates(data):
        pixels = _pixels(data, start)
        if pixels > most or (pixels == most and end - start > best[1] - best[0]):
            best, most = (start, end), pixels
    if not most:
        raise CorruptImage("This RAW file holds no preview, and raw data is not developed here: export it as JPEG.")
    return data[best[0] : best[1]]


def tag_block_of(data: bytes) -> bytes | None:
    """The file's own tags as a TIFF block; None where only the preview has some."""
    if data[:4] in (b"II*\0", b"MM\0*", b"IIU\0", b"IIRO", b"IIRS", b"MMOR"):
        return data
    at = data.find(b"CMT1", 0, 65_536) if data[4:8] == b"ftyp" else -1  # Canon CR3: a box with the first directory
    return data[at + 4 : at - 4 + int.from_bytes(data[at - 4 : at], "big")] if at > 0 else None


def _all_directories(reader: TagReader) -> list[Directory]:
    found = list(reader.directories())
    for directory in tuple(found):
        if _SUB_DIRECTORIES in directory:
            offsets = directory[_SUB_DIRECTORIES].numbers()[:_MAX_SUB_DIRECTORIES]
            found += [reader.directory(offset) for offset in offsets]
    return found


def _candidates(data: bytes) -> Iterator[tuple[int, int]]:
    """Where JPEGs are: as the tags say, and by their first bytes."""
    try:
        directories = _all_directories(TagReader(data))
    except ValueError:
        directories = []
    for directory in directories:
        for start, length in ((_JPEG_START, _JPEG_LENGTH), (_STRIP_START, _STRIP_LENGTH)):
            if start in directory and length in directory:
                at, size = directory[start].number() or 0, directory[length].number() or 0
                yield int(at), int(at + size)
        if _PANASONIC_JPEG in directory:
            yield directory[_PANASONIC_JPEG].offset, len(data)
    for number, match in enumerate(_FRAME.finditer(data)):
        if number == _MAX_CANDIDATES:
            return
        yield match.start(), len(data)


def _pixels(data: bytes, start: int) -> int:
    """How many pixels a JPEG that begins here has; 0 when it is none, or of the lossless kind that holds raw data."""
    if data[start : start + 3] != b"\xff\xd8\xff":
        return 0
    at = start + 2
    for _ in range(_MAX_SEGMENTS):
        if data[at : at + 1] != b"\xff" or at + 9 > len(data):
            return 0
        marker = data[at + 1]
        if marker in _FRAME_HEADERS:
            height, width = int.from_bytes(data[at + 5 : at + 7], "big"), int.from_bytes(data[at + 7 : at + 9], "big")
            return height * width if min(width, height) >= _SMALLEST_SIDE and data[at + 4] == 8 else 0  # noqa: PLR2004
        if marker in _OTHER_FRAME_HEADERS:
            return 0
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0
