"""The built page: read once, and kept in memory. `web/` is its source."""

import hashlib
import mimetypes
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "page"
ROOTS = ("images", "similar", "collections", "duplicates", "labels", "status", "settings", "trash", "s")
"""First segments of the page's own addresses; web/src/router.ts has them too."""
INDEX, ASSETS = "index.html", "assets/"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "worker-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
_FIRST_SEGMENTS = [[root.encode()] for root in ROOTS]
_BASE = b'<base href="/" />'


@dataclass(frozen=True)
class PageFile:
    """One file; `media_type` is that of its name."""

    body: bytes
    media_type: str
    immutable: bool

    @cached_property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @property
    def cache_control(self) -> str:
        """A name in assets/ has a hash of the content in it."""
        return "public, max-age=31536000, immutable" if self.immutable else "no-cache"


def read_page(prefix: str = "", folder: Path = FOLDER) -> dict[str, PageFile]:
    """Read the files by their names below the folder; the page then lies under `prefix`.

    Raises RuntimeError, saying what to do, without a page.
    """
    files = {
        path.relative_to(folder).as_posix(): PageFile(
            path.read_bytes(), _media_type(path), path.parent.name == ASSETS.rstrip("/")
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    if INDEX not in files:
        raise RuntimeError(f"The built page is missing from {folder}: `make web` builds it.")
    index = files[INDEX]
    files[INDEX] = replace(index, body=index.body.replace(_BASE, f'<base href="{prefix}/" />'.encode()))
    return files


def is_page(path: bytes) -> bool:
    """Whether a raw path is an address of the page."""
    return path == b"/" or path.split(b"/", 2)[1:2] in _FIRST_SEGMENTS


def _media_type(path: Path) -> str:
    if path.suffix == ".js":  # what the system's tables say differs
        return "text/javascript"
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"
