"""Fetches a file of official weights, once."""

import hashlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.locks import locked
from services.vision.packages.progress import Progress, Step

_ATTEMPTS = 5
_PAUSE_S = 1.0
_LONGEST_S = 3600.0
_TIMEOUT = httpx.Timeout(30.0, connect=15.0)
# Twice the largest official file (VGG16): a server that never stops sending does not fill the disk.
MAX_BYTES = 1_200_000_000
ADVICE = (
    "bring the file yourself with PICTOR_WEIGHTS=PATH (--weights PATH), "
    "or choose PICTOR_WEIGHTS=starter, whose weights are installed"
)


@dataclass(frozen=True, slots=True)
class OfficialFile:
    """A file that Keras publishes; `file_hash` is md5 or sha256, told apart by its length as Keras does."""

    url: str
    file_hash: str

    @property
    def name(self) -> str:
        """The file's name, as in Keras' own cache."""
        return Path(urlsplit(self.url).path).name


def is_reachable(file: OfficialFile, *, within_s: float) -> bool:
    """Whether the file's server says, within so many seconds, that it has it. Never raises."""
    found: list[bool] = []

    def ask() -> None:
        try:
            found.append(httpx.head(file.url, timeout=within_s, follow_redirects=True).is_success)
        except (httpx.HTTPError, OSError, ValueError):
            found.append(False)

    # A thread, since looking up a name has no time-out of its own, and one that may be left behind.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(within_s)
    return found == [True]


def is_at_hand(file: OfficialFile, cache: Path) -> bool:
    """Whether the folder `cache` holds the whole file."""
    return _hash_fits(cache / file.name, file)


def fetch(file: OfficialFile, cache: Path, progress: Progress) -> Path:
    """The file in the folder `cache`, downloaded unless a whole one is there; an unfinished download is carried on.

    Of two at once the second waits and finds the first's file. Raises PackageError (DOWNLOAD, BUSY), OSError (disk).
    """
    cache.mkdir(parents=True, exist_ok=True)
    waiting = Step("waiting for another download of the weights")
    with locked(cache / f".{file.name}.lock", wait_s=_LONGEST_S, on_wait=lambda: progress(waiting)):
        return _fetch(file, cache / file.name, cache / f"{file.name}.part", progress)


def _fetch(file: OfficialFile, target: Path, partial: Path, progress: Progress) -> Path:
    progress(Step("looking for the official weights"))
    for found in (target, partial):
        if _hash_fits(found, file):
            return found.rename(target)
    target.unlink(missing_ok=True)
    for _ in range(2):
        resumed = partial.exists()
        _transfer(file, partial, progress)
        if _hash_fits(partial, file):
            return partial.rename(target)
        partial.unlink()
        if not resumed:  # else its beginning may be damaged or of another version: once more, from nothing
            break
    raise PackageError(
        PackageFault.DOWNLOAD,
        f"What {urlsplit(file.url).netloc} sent is not {file.name} (wrong hash): try again, or {ADVICE}.",
    )


def _transfer(file: OfficialFile, partial: Path, progress: Progress) -> None:
    """Download into `partial` until the server has sent all; ends within _LONGEST_S and _ATTEMPTS."""
    give_up = time.monotonic() + _LONGEST_S
    reason = ""
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client:
        for attempt in range(_ATTEMPTS):
            time.sleep(_PAUSE_S * attempt)
            try:
                reason = _carry_on(client, file, partial, progress, give_up)
            except httpx.RequestError as error:  # the connection broke, or never came about
                reason = str(error) or type(error).__name__
            if not reason:
                return
    raise _failed(file, reason)


def _carry_on(client: httpx.Client, file: OfficialFile, partial: Path, progress: Progress, give_up: float) -> str:
    """One request for what is missing. Answers the reason for another attempt, empty when all is there."""
    have = partial.stat().st_size if partial.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", file.url, headers=headers) as response:
        if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return f"status {response.status_code}"
        range_refused = response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE
        if not response.is_success and not range_refused:
            raise _failed(file, f"status {response.status_code}")
        partly = response.status_code == httpx.codes.PARTIAL_CONTENT
        if range_refused or (partly and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-")):
            partial.unlink(missing_ok=True)  # not a beginning of what the server has
            return "the server did not carry on where the download had stopped"
        _write(response, file, partial, have if partly else 0, progress, give_up)
    return ""


def _write(
    response: httpx.Response, file: OfficialFile, partial: Path, have: int, progress: Progress, give_up: float
) -> None:
    """Append the body after `have` bytes; what came before a broken connection stays."""
    total = have + int(response.headers.get("Content-Length", 0))
    with partial.open("ab" if have else "wb") as out:
        for chunk in response.iter_raw():
            out.write(chunk)
            have += len(chunk)
            progress(Step("downloading the official weights", have, total))
            if have > MAX_BYTES:
                partial.unlink()
                raise _failed(file, "it does not end")
            if time.monotonic() > give_up:
                raise _failed(file, "it is too slow")
        out.flush()
        os.fsync(out.fileno())


def _failed(file: OfficialFile, reason: str) -> PackageError:
    return PackageError(
        PackageFault.DOWNLOAD,
        f"Cannot download {file.name} from {urlsplit(file.url).netloc} ({reason}): "
        f"check the connection and try again, or {ADVICE}.",
    )


def _hash_fits(path: Path, file: OfficialFile) -> bool:
    # md5 is what Keras publishes for this file: against damage it is enough, and TLS names the sender.
    if not path.exists():
        return False
    algorithm = "md5" if len(file.file_hash) == 32 else "sha256"  # noqa: PLR2004 (32 hex digits are an md5)
    with path.open("rb") as content:
        return (
            hashlib.file_digest(content, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
            == file.file_hash
        )
