"""What we take from XMP: a date, and the keywords of any program.

Entities and document types are refused before a parser sees them, and no more than 4 MiB are read.
Source: ISO 16684-1.
"""

from dataclasses import dataclass
from itertools import islice
from xml.etree.ElementTree import Element, ParseError, fromstring

_MAX_BYTES = 4 * 1024 * 1024
_MAX_ELEMENTS = 50_000
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_EXIF, _PHOTOSHOP = "{http://ns.adobe.com/exif/1.0/}", "{http://ns.adobe.com/photoshop/1.0/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_DATES = (
    _EXIF + "DateTimeOriginal",
    _PHOTOSHOP + "DateCreated",
    _EXIF + "DateTimeDigitized",
    _XMP + "CreateDate",
)
_FLAT = ("{http://purl.org/dc/elements/1.1/}subject",)
_HIERARCHICAL = {
    "{http://ns.adobe.com/lightroom/1.0/}hierarchicalSubject": "|",
    "{http://www.digikam.org/ns/1.0/}TagsList": "/",
    "{http://ns.microsoft.com/photo/1.0}LastKeywordXMP": "/",
    "{http://ns.microsoft.com/photo/1.0/}LastKeywordXMP": "/",
    "{http://ns.acdsee.com/iptc/1.0/}Keywords": "|",
    "{http://www.mediapro.com/ns/1.0/}CatalogSets": "|",
    "{http://ns.iview-multimedia.com/mediapro/1.0/}CatalogSets": "|",
}


@dataclass(frozen=True)
class Xmp:
    """``dates`` in the order in which they are to be believed; hierarchical keywords with / between their levels."""

    dates: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


def read_xmp(block: bytes) -> Xmp:
    """Raises ValueError when the block cannot be read."""
    if len(block) > _MAX_BYTES or b"<!DOCTYPE" in block or b"<!ENTITY" in block:
        raise ValueError("not taken")
    root = _parsed(block.strip(b"\0 \r\n\t\xef\xbb\xbf"))
    values = dict[str, str]()
    keywords = list[str]()
    for element in root.iter():
        for name, value in element.attrib.items():
            values.setdefault(name, value)
        if element.tag in _FLAT or element.tag in _HIERARCHICAL:
            separator = _HIERARCHICAL.get(element.tag, "\0")
            items = [item.text or "" for item in element.iter(_RDF + "li")]
            keywords += ["/".join(part.strip() for part in item.split(separator) if part.strip()) for item in items]
        elif element.text:
            values.setdefault(element.tag, element.text.strip())
    return Xmp(
        dates=tuple(values[name] for name in _DATES if name in values),
        keywords=tuple(dict.fromkeys(keyword for keyword in keywords if keyword)),
    )


def _parsed(block: bytes) -> Element:
    try:
        root = fromstring(block)  # noqa: S314 no entity gets here, and the size is bounded
    except (ParseError, LookupError) as error:
        raise ValueError("not well-formed") from error
    if sum(1 for _ in islice(root.iter(), _MAX_ELEMENTS + 1)) > _MAX_ELEMENTS:
        raise ValueError("too many elements")
    return root
