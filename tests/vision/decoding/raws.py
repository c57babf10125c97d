"""Camera RAW files built byte by byte: the frame of each kind, a preview inside, and no sensor data worth the name."""

import struct

_SHORT, _LONG, _ASCII, _BYTE = 3, 4, 2, 1
_SIZES = {_SHORT: 2, _LONG: 4, _ASCII: 1, _BYTE: 1}
Entries = list[tuple[int, int, bytes]]


def short(number: int) -> bytes:
    return struct.pack("<H", number)


def long(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def directory(entries: Entries, at: int, following: int = 0) -> bytes:
    """A little-endian tag directory that lies at ``at``, with its values behind it."""
    values_at = at + 2 + 12 * len(entries) + 4
    table, values = struct.pack("<H", len(entries)), b""
    for number, kind, data in sorted(entries):
        table += struct.pack("<HHI", number, kind, len(data) // _SIZES[kind])
        if len(data) <= 4:
            table += data.ljust(4, b"\0")
        else:
            table += long(values_at + len(values))
            values += data + bytes(len(data) % 2)
    return table + long(following) + values


def dng(preview: bytes, *, magic: bytes = b"II*\0", extra: Entries | None = None, make: bytes = b"Drawn\0") -> bytes:
    """A DNG whose first directory holds the preview and whose SubIFD says that sensor data follows."""
    sub_at, preview_at = 1_024, 2_048
    first: Entries = [
        (0x00FE, _LONG, long(1)),
        (0x010F, _ASCII, make),
        (0x0110, _ASCII, b"Camera 1\0"),
        (0x0112, _SHORT, short(6)),
        (0x0111, _LONG, long(preview_at)),
        (0x0117, _LONG, long(len(preview))),
        (0x014A, _LONG, long(sub_at)),
        *(extra if extra is not None else [(0xC612, _BYTE, bytes([1, 4, 0, 0]))]),
    ]
    sub: Entries = [(0x0106, _SHORT, short(32_803)), (0x0103, _SHORT, short(1)), (0x0100, _LONG, long(4_000))]
    head = (magic + long(8) + directory(first, 8)).ljust(sub_at, b"\0")
    return (head + directory(sub, sub_at)).ljust(preview_at, b"\0") + preview + bytes(4_096)


def tiff(width: int, height: int) -> bytes:
    """A TIFF of grey pixels that are not there."""
    entries: Entries = [(tag, _SHORT, short(value)) for tag, value in ((258, 8), (259, 1), (262, 1), (277, 1))]
    entries += [(tag, _LONG, long(value)) for tag, value in ((256, width), (257, height), (273, 8), (278, height))]
    return b"II*\0" + long(8) + directory([*entries, (279, _LONG, long(width * height & 0xFFFFFFFF))], 8)


def cr2(preview: bytes) -> bytes:
    """As a Canon writes it: the magic behind the TIFF header, the preview in the first directory."""
    data = bytearray(b"II*\0" + long(16) + b"CR\2\0" + long(0))
    entries: Entries = [(0x0112, _SHORT, short(8)), (0x0111, _LONG, long(512)), (0x0117, _LONG, long(len(preview)))]
    data += directory(entries, 16)
    return bytes(data.ljust(512, b"\0")) + preview + bytes(4_096)


def raf(preview: bytes) -> bytes:
    """As a Fujifilm writes it: offset and length of the preview at 84."""
    return (b"FUJIFILMCCD-RAW 0201".ljust(84, b"\0") + struct.pack(">II", 148, len(preview))).ljust(
        148, b"\0"
    ) + preview


def cr3(preview: bytes) -> bytes:
    """Boxes: the preview somewhere in the media data."""
    head = b"\0\0\0\x18ftypcrx \0\0\0\1crx isom"
    body = bytes(64) + preview + bytes(4_096)
    return head + struct.pack(">I", len(body) + 8) + b"mdat" + body
