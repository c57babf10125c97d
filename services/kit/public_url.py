"""PICTOR_PUBLIC_URL: how the world reaches the gateway, through whatever stands before it."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator

_HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_PATH = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)*")
_TAKEN = frozenset({"v1", "v2", "assets", "docs", "livez", "readyz", "metrics", "internal"})


def _public_url(said: object) -> str:
    text = str(said or "").rstrip("/")
    parts = urlsplit(text)
    rebuilt = f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else parts.path
    absolute = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc)
    if rebuilt != text or not (absolute or not parts.netloc) or not _PATH.fullmatch(parts.path):
        raise ValueError(
            "PICTOR_PUBLIC_URL must be the address that clients use, such as https://example.org/pictor, or its path "
            "alone, such as /pictor: plain letters, digits and . _ ~ -, and neither a query nor a password."
        )
    if (first := parts.path.split("/")[1:2]) and first[0] in _TAKEN:
        raise ValueError(f"The path of PICTOR_PUBLIC_URL must not begin with /{first[0]}: the gateway has that path.")
    return text


PublicUrl = Annotated[str, BeforeValidator(_public_url)]
"""Empty, a path, or an absolute URL; never with a slash at the end."""


def path_of(public_url: str) -> str:
    """Give its path, which is the prefix that clients' paths have; empty without one."""
    return urlsplit(public_url).path
