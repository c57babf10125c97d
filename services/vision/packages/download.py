"""Fetches the official ImageNet weights, once."""

import ast
import hashlib
import os
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.locks import locked
from services.vision.packages.progress import Progress, Step

_IN_KERAS = Path("src", "applications", "inception_v3.py")
_ATTEMPTS = 5
_PAUSE_S = 1.0
_LONGEST_S = 3600.0
_TIMEOUT = httpx.Timeout(30.0, connect=15.0)
# Four times the official file: a server that never stops sending does not fill the disk.
MAX_BYTES = 400_000_000
_ADVICE = (
    "bring the file yourself with PICTOR_WEIGHTS=PATH (--weights PATH), "
    "or choose PICTOR_WEIGHTS=untrained for a trial without real labels"
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


def official_file() -> OfficialFile:
    """Where the installed Keras would download InceptionV3 with its last layer from, and the hash it would check.

    Read from its source: Keras hides the hash in a call, and running it would start TensorFlow, before it is known
    whether there is anything to build. Raises PackageError (TOOLS) when this version of Keras is written differently,
    ImportError without Keras.
    """
    keras = find_spec("keras")
    if keras is None or keras.origin is None:
        raise ImportError("Keras is not installed", name="keras")
    source = Path(keras.origin).parent / _IN_KERAS
    url: object = None
    file_hash: object = None
    for node in ast.walk(ast.parse(source.read_text("utf-8") if source.is_file() else "")):
        match node:
            case ast.Assign(targets=[ast.Name(id="WEIGHTS_PATH")], value=ast.Constant(value=url)):
                pass
            case ast.Call(args=args, keywords=keywords) if any(_is_weights_path(argument) for argument in args):
                values = (one.value for one in keywords if one.arg == "file_hash")
                file_hash = next((value.value for value in values if isinstance(value, ast.Constant)), None)
    if isinstance(url, str) and isinstance(file_hash, str):
        return OfficialFile(url, file_hash)
    raise PackageError(PackageFault.TOOLS, f"This version of Keras does not say where its weights are: {_ADVICE}.")


def _is_weights_path(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "WEIGHTS_PATH"


def fetch(file: OfficialFile, cache: Path, progress: Progress) -> Path:
    """The file in the folder `cache`, downloaded unless a whole one is there; an unfinished download is carried on.

    Of two at once the second waits and finds the first's file. Raises PackageError (DOWNLOAD, BUSY), OSError (disk).
    """
    cache.mkdir(parents=True, exist_ok=True)
    waiting = Step("waiting for another download of the weights")
    with locked(cache / f".{file.name}.lock", wait_s=_LONGEST_S, on_wait=lambda: progress(waiting)):
        return _fetch(file, cache / file.name, cache / f"{file.name}.part", progress)


def _fetch(file: OfficialFile, target: Path, partial: Path, progress: Progress) -> Path:
    progress(Step("looking for the ImageNet weights"))
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
        f"What {urlsplit(file.url).netloc} sent is not {file.name} (wrong hash): try again, or {_ADVICE}.",
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
            progress(Step("downloading the ImageNet weights", have, total))
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
        f"check the connection and try again, or {_ADVICE}.",
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
