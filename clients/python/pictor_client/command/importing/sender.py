"""Hash, ask which are there, send the rest: several at a time, and never more in memory than a few."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import IO

from pictor_client.client import Pictor
from pictor_client.command.importing.report import Outcome, Result
from pictor_client.command.importing.sidecars import read_sidecar
from pictor_client.command.importing.sources import Source, as_picture
from pictor_client.errors import (
    FileChanged,
    Forbidden,
    Refused,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from pictor_client.options import UploadOptions

_AT_ONCE = 100
"""Files that are hashed, and asked for, together."""
_TRIES = 3
"""For a file that changes while it is read."""
_SETTLE_S = 0.5
_AWAY = (Unreachable, Unavailable, TooManyRequests)


class Sender:
    """Sends each source once. When the server stays away, or the key does not hold, the rest is not tried.

    `options` is said of every picture; what a sidecar says goes before it, and tags are joined.
    """

    def __init__(
        self,
        pictor: Pictor,
        report: Callable[[Result], None],
        *,
        parallel: int,
        options: UploadOptions,
        sidecars: bool = True,
        dry_run: bool = False,
    ) -> None:
        self._pictor = pictor
        self._report = report
        self._parallel = parallel
        self._options = options
        self._sidecars = sidecars
        self._dry_run = dry_run
        self._seen: set[str] = set()
        self._stop: Exception | None = None
        self._stopping = threading.Event()

    def send(self, sources: Sequence[Source]) -> None:
        """Send them, and report on every one. Raises what stopped it: then the rest is reported as not sent."""
        slots = threading.BoundedSemaphore(2 * self._parallel)
        with ThreadPoolExecutor(self._parallel) as hashing, ThreadPoolExecutor(self._parallel) as sending:
            try:
                for some in _portions(sources):
                    for source, digest in self._wanted(some, hashing):
                        slots.acquire()
                        sending.submit(self._send, source, digest).add_done_callback(_releasing(slots))
            except BaseException:
                self._stopping.set()  # what is under way ends, what waits is not begun
                sending.shutdown(wait=True, cancel_futures=True)
                raise
        if self._stop is not None:
            raise self._stop

    def _wanted(self, some: Sequence[Source], hashing: ThreadPoolExecutor) -> Iterator[tuple[Source, str]]:
        """Those that the library lacks, with their hashes."""
        if self._stopping.is_set():
            for source in some:
                self._report(Result(source, Outcome.NOT_SENT, "the import was stopped"))
            return
        hashed = [
            (source, digest) for source, digest in zip(some, hashing.map(self._hash, some), strict=True) if digest
        ]
        try:
            there = self._pictor.check([digest for _, digest in hashed]) if hashed else {}
        except (Unauthorized, Forbidden, *_AWAY) as error:
            self._stopped(error)
            for source, _ in hashed:
                self._report(Result(source, Outcome.NOT_SENT, str(error)))
            return
        for source, digest in hashed:
            known = there[digest]
            if known is not None or digest in self._seen:
                self._report(Result(source, Outcome.THERE, image_id=str(known) if known else None, sha256=digest))
            elif self._dry_run:
                self._report(Result(source, Outcome.WOULD_BE_SENT, sha256=digest))
            else:
                yield source, digest
            self._seen.add(digest)

    def _hash(self, source: Source) -> str | None:
        try:
            with source.opened() as opened:
                return _sha256(opened)
        except OSError as error:
            self._report(Result(source, Outcome.UNREADABLE, str(error)))
            return None

    def _send(self, source: Source, digest: str) -> None:
        self._report(self._sent(source, digest))

    def _sent(self, source: Source, digest: str) -> Result:
        if self._stopping.is_set():
            return Result(source, Outcome.NOT_SENT, "the import was stopped", sha256=digest)
        outcome = Outcome.NOT_SENT
        try:
            return self._uploaded(source, digest)
        except FileChanged:
            return Result(source, Outcome.CHANGED, "import it again when it is complete")
        except (Unauthorized, Forbidden, *_AWAY) as error:
            self._stopped(error)
            detail = str(error)
        except OSError as error:
            outcome, detail = Outcome.UNREADABLE, str(error)
        except Refused as error:
            outcome, detail = Outcome.REFUSED, str(error)
        except Exception as error:  # noqa: BLE001 - one file's fault must not be lost in a thread
            detail = f"{type(error).__name__}: {error}"
        return Result(source, outcome, detail, sha256=digest)

    def _uploaded(self, source: Source, digest: str) -> Result:
        """Raises FileChanged when it went on changing."""
        options = self._said_of(source)
        for attempt in count(1):
            with source.opened() as opened:
                try:
                    image = self._pictor.upload(as_picture(opened), sha256=digest, **options)
                    break
                except FileChanged:
                    if attempt == _TRIES:
                        raise
                time.sleep(_SETTLE_S * attempt)
                digest = _sha256(opened)
        outcome = Outcome.THERE if image.duplicate else Outcome.NEW
        return Result(source, outcome, image_id=str(image.id), sha256=image.sha256)

    def _stopped(self, error: Exception) -> None:
        self._stop = self._stop or error
        self._stopping.set()

    def _said_of(self, source: Source) -> UploadOptions:
        said: UploadOptions = {"file_name": source.file_name, **self._options}
        if source.said is not None:
            said.update(source.said)
            return said
        if self._sidecars:
            beside = read_sidecar(source.file_name, source.neighbour)
            tags = list(dict.fromkeys([*self._options.get("tags", []), *beside.get("tags", [])]))
            said.update(beside)
            if tags:
                said["tags"] = tags
        return said


def _sha256(opened: IO[bytes] | Path) -> str:
    if isinstance(opened, Path):
        with opened.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    opened.seek(0)
    digest = hashlib.file_digest(opened, "sha256").hexdigest()  # type: ignore[arg-type] # any binary file will do
    opened.seek(0)
    return digest


def _portions(sources: Sequence[Source]) -> Iterator[Sequence[Source]]:
    return (sources[at : at + _AT_ONCE] for at in range(0, len(sources), _AT_ONCE))


def _releasing(slots: threading.BoundedSemaphore) -> Callable[["Future[None]"], None]:
    return lambda _done: slots.release()
