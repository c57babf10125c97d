"""Motion photos: a still with a video behind it, or in a box of it, as Google, Samsung and others store them."""

_BRANDS = (b"mp4", b"iso", b"qt ", b"avc", b"MSNV", b"3gp", b"M4V")
_MAX_TRIES = 100
_SHORTEST, _LONGEST = 8, 256


def has_video(data: bytes) -> bool:
    """Whether an MP4 or QuickTime file begins somewhere behind the first bytes."""
    at = 16
    for _ in range(_MAX_TRIES):
        at = data.find(b"ftyp", at)
        if at < 0:
            return False
        size = int.from_bytes(data[at - 4 : at], "big")
        if _SHORTEST <= size <= _LONGEST and data[at + 4 : at + 8].startswith(_BRANDS):
            return True
        at += 4
    return False
