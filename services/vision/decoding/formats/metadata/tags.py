"""Directories of tags, as TIFF, EXIF and most camera RAW files have them. Nothing in them is believed.

Bounded by design: at most 1,000 tags a directory and 64 KiB a value are looked at, whatever the file says.
Source: TIFF 6.0, 1992; CIPA DC-008 (Exif 2.32).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAX_TAGS = 1_000
_MAX_VALUE_BYTES = 65_536
_MAX_DIRECTORIES = 16
# 42 is TIFF; the others are Olympus ORF ("RO", "RS") and Panasonic RW2 (0x55).
_MAGIC = (42, 0x4F52, 0x5352, 0x55)
_STRUCTS = {1: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_RATIONALS = {5: "II", 10: "ii"}


@dataclass(frozen=True)
class Tag:
    """One value: its bytes as they are in the file, and how to read them. ``offset`` is where they are."""

    kind: int
    data: bytes
    offset: int
    byte_order: str

    def numbers(self) -> list[float]:
        """The numbers, whatever type the writer chose for them; a denominator of zero gives none."""
        if self.kind in _RATIONALS:
            pairs = struct.iter_unpack(self.byte_order + _RATIONALS[self.kind], self.data[: len(self.data) // 8 * 8])
            return [top / bottom for top, bottom in pairs if bottom]
        code = _STRUCTS.get(self.kind)
        if code is None:
            text = self.text()
            return [float(text)] if text.replace(".", "", 1).isdecimal() else []
        size = _SIZES[self.kind]
        values = struct.iter_unpack(self.byte_order + code, self.data[: len(self.data) // size * size])
        return [number for (number,) in values if number == number]  # noqa: PLR0124 not a number

    def number(self) -> float | None:
        numbers = self.numbers()
        return numbers[0] if numbers else None

    def text(self) -> str:
        """Up to the first zero byte, UTF-8 or else Latin-1."""
        raw = self.data.split(b"\0", 1)[0].strip()
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return raw.decode("latin-1")


Directory = dict[int, Tag]


class TagReader:
    """Reads the directories of one block. Raises ValueError when it does not begin like one."""

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = memoryview(data)
        order = bytes(self._data[:2])
        if order not in (b"II", b"MM") or len(data) < 8:  # noqa: PLR2004 a header
            raise ValueError("no tags")
        self._order = "<" if order == b"II" else ">"
        magic, self._first = struct.unpack(self._order + "HI", self._data[2:8])
        if magic not in _MAGIC:
            raise ValueError("no tags")
        self.has_more = False
        """Whether a directory had more tags than were looked at."""

    def directories(self) -> Iterator[Directory]:
        """The chain of directories: the picture itself, then its thumbnails and further pages."""
        seen, offset = set[int](), self._first
        while offset and offset not in seen and len(seen) < _MAX_DIRECTORIES:
            seen.add(offset)
            directory, offset = self._read(offset)
            yield directory

    def directory(self, offset: float | None) -> Directory:
        """The directory at an offset; empty when there is none."""
        return {} if offset is None or offset < 0 else self._read(int(offset))[0]

    def _read(self, offset: int) -> tuple[Directory, int]:
        data, order, found = self._data, self._order, Directory()
        if offset + 2 > len(data):
            return found, 0
        (count,) = struct.unpack_from(order + "H", data, offset)
        self.has_more |= count > MAX_TAGS
        at = offset + 2
        for _ in range(min(count, MAX_TAGS)):
            if at + 12 > len(data):
                return found, 0
            number, kind, length = struct.unpack_from(order + "HHI", data, at)
            size = length * _SIZES.get(kind, 0)
            place = at + 8 if size <= 4 else struct.unpack_from(order + "I", data, at + 8)[0]  # noqa: PLR2004 inline
            if size and number not in found:
                value = bytes(data[place : place + min(size, _MAX_VALUE_BYTES)])
                found[number] = Tag(kind, value, place, order)
            at += 12
        following = struct.unpack_from(order + "I", data, at)[0] if at + 4 <= len(data) else 0
        return found, following
