"""Dates and keywords of IPTC-IIM records. Source: IPTC-NAA Information Interchange Model, version 4."""

from dataclasses import dataclass

_RECORD, _CODED_CHARACTERS, _KEYWORD, _DATE, _TIME = 2, (1, 90), 25, 55, 60
_UTF_8 = b"\x1b%G"
_MAX_SETS, _SET_HEADER_BYTES = 2_000, 5


@dataclass(frozen=True)
class Iptc:
    """``date`` is "20200210", with "T202443+0200" behind it where there is a time."""

    date: str | None = None
    keywords: tuple[str, ...] = ()


def read_iptc(block: bytes) -> Iptc:
    """Whatever can be read; data sets that run over the end are left out."""
    found: dict[int, list[bytes]] = {}
    encoding, at = "utf-8", 0
    for _ in range(_MAX_SETS):
        if at + _SET_HEADER_BYTES > len(block) or block[at] != 0x1C:  # noqa: PLR2004 the marker of a data set
            break
        record, number, length = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5], "big")
        at += _SET_HEADER_BYTES
        value = block[at : at + length]
        if length & 0x8000 or len(value) < length:
            break
        if (record, number) == _CODED_CHARACTERS and value != _UTF_8:
            encoding = "latin-1"
        elif record == _RECORD:
            found.setdefault(number, []).append(value)
        at += length
    date, time = (_text(found.get(number, [b""])[0], encoding) for number in (_DATE, _TIME))
    return Iptc(
        date=(f"{date}T{time}" if time else date) or None,
        keywords=tuple(filter(None, (_text(value, encoding) for value in found.get(_KEYWORD, ())))),
    )


def _text(value: bytes, encoding: str) -> str:
    try:
        return value.decode(encoding).strip("\0 ")
    except UnicodeDecodeError:
        return value.decode("latin-1").strip("\0 ")
