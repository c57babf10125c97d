"""What there is to import: files in folders and ZIP archives, and files that are named one by one."""

import io
import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from pictor_client.options import UploadOptions

PICTURES = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".png",
        ".webp",
        ".gif",
        ".heic",
        ".heif",
        ".hif",
        ".avif",
        ".tif",
        ".tiff",
        ".bmp",
        ".jp2",
        ".j2k",
        ".jxl",
        ".dng",
        ".cr2",
        ".cr3",
        ".nef",
        ".nrw",
        ".arw",
        ".sr2",
        ".raf",
        ".orf",
        ".rw2",
        ".pef",
        ".raw",
        ".srw",
        ".rwl",
        ".3fr",
        ".iiq",
    ]
)
_PASSED_OVER = frozenset({"__MACOSX", "@eaDir", "#recycle"})
_IN_MEMORY = 8 * 1024 * 1024
_PORTION = 1024 * 1024
SIDECAR_LIMIT = 1024 * 1024

Neighbour = Callable[[str], bytes | None]
"""The bytes of another file of the same folder, by its name; None where there is none, or too large a one."""


@dataclass(frozen=True, slots=True)
class Source:
    """One picture. `stamp` changes when its bytes may have changed."""

    name: str
    file_name: str
    size: int
    stamp: tuple[int, ...]
    opened: Callable[[], AbstractContextManager[IO[bytes] | Path]] = field(compare=False)
    neighbour: Neighbour = field(compare=False)
    said: UploadOptions | None = field(default=None, compare=False)
    """What is known of it already; then no sidecar is looked for."""


@dataclass
class Passed:
    """How many files are no pictures by their names, and were passed over."""

    count: int = 0


def sources(given: Iterable[str], passed: Passed) -> Iterator[Source]:
    """Every picture below what was given; `-` reads names from standard input, one a line or each ended by NUL."""
    for one in given:
        if one == "-":
            yield from sources(_names(), passed)
        elif (path := Path(one)).is_dir():
            yield from _folder(path, passed)
        elif path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
            yield from _archive(path, passed)
        else:
            yield file_source(path)


def file_source(path: Path, said: UploadOptions | None = None) -> Source:
    """One file; raises OSError when it is not there."""
    found = path.stat()
    return Source(
        name=str(path),
        file_name=path.name,
        size=found.st_size,
        stamp=(found.st_size, found.st_mtime_ns, found.st_ino),
        opened=lambda: nullcontext(path),
        neighbour=lambda name: _small(path.with_name(name)),
        said=said,
    )


def _names() -> Iterator[str]:
    data = sys.stdin.buffer.read()
    separator = b"\0" if b"\0" in data else b"\n"
    return (os.fsdecode(name.rstrip(b"\r")) for name in data.split(separator) if name.strip())


def _folder(top: Path, passed: Passed) -> Iterator[Source]:
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name[0] != "." and name not in _PASSED_OVER)
        for name in sorted(files):
            path = Path(folder, name)
            if name[0] == "." or path.suffix.lower() not in PICTURES:
                passed.count += 1
                continue
            try:
                yield file_source(path)
            except OSError:  # it went away, or is a link to nothing
                passed.count += 1


def _archive(path: Path, passed: Passed) -> Iterator[Source]:
    archive = zipfile.ZipFile(path)
    stamp = (path.stat().st_size, path.stat().st_mtime_ns)
    for member in archive.infolist():
        inside = PurePosixPath(member.filename)
        hidden = any(part[0] == "." or part in _PASSED_OVER for part in inside.parts)
        if member.is_dir() or hidden or inside.suffix.lower() not in PICTURES:
            passed.count += not member.is_dir()
            continue
        yield Source(
            name=f"{path}!{member.filename}",
            file_name=inside.name,
            size=member.file_size,
            stamp=(*stamp, member.CRC),
            opened=_unpacking(archive, member),
            neighbour=_in_archive(archive, inside),
        )


def _unpacking(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    def unpacked() -> AbstractContextManager[IO[bytes]]:
        kept = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it is given away, open
        try:
            with archive.open(member) as packed:  # it gives file_size bytes at most, and checks the CRC
                while portion := packed.read(_PORTION):
                    kept.write(portion)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            kept.close()
            raise OSError(f"{member.filename} cannot be unpacked: {error}") from error
        kept.seek(0)
        return cast("IO[bytes]", kept)

    return unpacked


def _in_archive(archive: zipfile.ZipFile, inside: PurePosixPath) -> Neighbour:
    def read(name: str) -> bytes | None:
        try:
            member = archive.getinfo(str(inside.with_name(name)))
            return archive.read(member) if member.file_size <= SIDECAR_LIMIT else None
        except (KeyError, zipfile.BadZipFile, RuntimeError):
            return None

    return read


def _small(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            data = file.read(SIDECAR_LIMIT + 1)
    except OSError:
        return None
    return data if len(data) <= SIDECAR_LIMIT else None


def as_picture(opened: IO[bytes] | Path) -> Path | io.BytesIO:
    """What the client uploads."""
    return cast("Path | io.BytesIO", opened)
