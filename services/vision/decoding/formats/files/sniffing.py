"""Which image is it? Answered from the bytes, never from a name, before any library sees them."""

from services.vision.decoding.errors import UnsupportedImage
from services.vision.decoding.formats.files.raw import raw_type
from services.vision.decoding.media_types import FORMATS_IN_WORDS

_WEBP_CHUNKS = (b"VP8 ", b"VP8L", b"VP8X")
_HEVC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_BMP_HEADER_SIZES = (12, 16, 40, 52, 56, 64, 108, 124)
_STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"\0\0\0\x0cjP  \r\n\x87\n": "image/jp2",
    b"\xff\x4f\xff\x51": "image/jp2",
    b"\0\0\0\x0cJXL \r\n\x87\n": "image/jxl",
    b"\xff\x0a": "image/jxl",
    b"II+\0": "image/tiff",
    b"MM\0+": "image/tiff",
}
# What people send and is not taken: named, so that they know what they have.
_FOREIGN = {
    b"%PDF": "a PDF document",
    b"8BPS": "a Photoshop document",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"Rar!": "a RAR archive",
    b"ID3": "a sound file",
    b"OggS": "a sound file",
    b"\x1aE\xdf\xa3": "a video",
    b"\0\0\1\0": "an icon",
    b"\0\0\1\xba": "a video",
    b"gimp xcf": "a GIMP document",
    b"<!DOCTYPE html": "a web page",
    b"<html": "a web page",
    b"<svg": "an SVG drawing",
    b"<?xml": "an XML document",
}


def sniff(data: bytes) -> str:
    """The media type that the first bytes show. Raises UnsupportedImage for anything that is not decoded."""
    found = _by_start(data) or _by_container(data) or raw_type(data)
    if found is not None:
        return found
    if not data:
        raise UnsupportedImage("The file is empty.")
    known = next(
        (name for start, name in _FOREIGN.items() if data.startswith(start)), "not an image that is known here"
    )
    if data[4:8] == b"ftyp" or data[:4] == b"RIFF":
        known = "a video, a sound or another kind of file"
    raise UnsupportedImage(f"This is {known}. Taken are {FORMATS_IN_WORDS}: convert it to one of these.")


def _by_start(data: bytes) -> str | None:
    found = next((kind for start, kind in _STARTS.items() if data.startswith(start)), None)
    if found is None and data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return "image/bmp"
    return found


def _by_container(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and data[12:16] in _WEBP_CHUNKS:
        return "image/webp"
    if data[4:8] != b"ftyp":
        return None
    length = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[at : at + 4] for at in range(16, length, 4)]
    major = data[8:12]
    if major in (b"avif", b"avis") or (major in (b"mif1", b"msf1") and b"avif" in brands):
        return "image/avif"
    if major in _HEVC_BRANDS:
        return "image/heic"
    return "image/heif" if major in (b"mif1", b"msf1", b"heif") else None
