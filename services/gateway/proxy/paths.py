"""Paths, strictly: each has one spelling, so that no two programs on the way read one differently.

The inner services decode a path once and then match it. A path is let through only if that decoding can change neither
its segments nor any ASCII character: percent-encoding is for the space and for UTF-8 beyond ASCII alone.
"""

import re
from urllib.parse import unquote_to_bytes

MAX_PATH = 1024
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=@:-]|%20|%[89A-Fa-f][0-9A-Fa-f])+")
_PARAMETER = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}")


def strict_path(raw_path: bytes) -> str | None:
    """Return the raw path, or None when a stranger spelling makes it ambiguous."""
    if len(raw_path) > MAX_PATH or not raw_path.isascii():
        return None
    path = raw_path.decode("ascii")
    first, *segments = path.split("/")
    if first or not segments:
        return None
    return path if all(_is_plain(segment) for segment in segments) else None


def _is_plain(segment: str) -> bool:
    if segment in {".", ".."} or not _SEGMENT.fullmatch(segment):
        return False
    if "%" not in segment:
        return True
    try:
        return unquote_to_bytes(segment).decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


def compile_template(template: str) -> re.Pattern[str]:
    """Compile an OpenAPI path template; a parameter matches neither `/` nor `:`, so it never swallows an `:action`."""
    literals = _PARAMETER.split(template)
    return re.compile("[^/:]+".join(map(re.escape, literals)))


def parameters_in(template: str) -> int:
    return len(_PARAMETER.findall(template))
