"""`pictor export`."""

import hashlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pictor_client.client import Pictor
from pictor_client.command import output
from pictor_client.command.connection import CommandError, Json, Url, connected
from pictor_client.command.exporting import CHECKSUMS, COLLECTIONS, FORMAT, MANIFEST, METADATA
from pictor_client.command.exporting.names import path_of
from pictor_client.core.models import CollectionKind, Image
from pictor_client.errors import NotFound

_AT_ONCE = 200


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An empty folder, or one of an earlier export.")],
    *,
    parallel: Annotated[int, typer.Option(min=1, max=32, help="Files at a time.")] = 4,
    as_json: Json = False,
    url: Url = None,
) -> None:
    """Copy your own library to a folder: originals, all that is known of them, collections, checksums.

    Stopped half way, run it again: what is there and whole is not fetched. `pictor import DIR` brings it back, on any
    server. Vectors are not in it, since the API does not give them: the model makes the same ones again.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise CommandError(f"{folder} has other things in it: name an empty folder, or one that export made.")
    folder.mkdir(parents=True, exist_ok=True)
    with connected(url) as pictor:
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "server": pictor.url,
            "owner": pictor.me().name,
            "complete": False,
        }
        _write(folder / MANIFEST, [json.dumps(manifest)])
        exported = _Export(pictor, folder, parallel)
        exported.images()
        exported.collections()
    counted = {"images": exported.count, "fetched": exported.fetched, "bytes": exported.size, "gone": exported.gone}
    manifest |= {**counted, "complete": True, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    _write(folder / MANIFEST, [json.dumps(manifest)])
    if as_json:
        output.line_of_json({"folder": str(folder), **counted})
        return
    sys.stdout.write(
        f"{exported.count:,} images, {output.size(exported.size)}; {exported.fetched:,} fetched now. "
        f"Check them with: cd {folder} && sha256sum --quiet -c {CHECKSUMS}\n"
    )


class _Export:
    """Counts what it writes. An image that is deleted meanwhile is left out."""

    def __init__(self, pictor: Pictor, folder: Path, parallel: int) -> None:
        self._pictor = pictor
        self._folder = folder
        self._parallel = parallel
        self._sha256: dict[str, str] = {}
        self.count = self.fetched = self.size = self.gone = 0

    def images(self) -> None:
        metadata, sums = ((self._folder / f"{name}.part") for name in (METADATA, CHECKSUMS))
        with metadata.open("w", encoding="utf-8") as lines, sums.open("w", encoding="utf-8") as digests:
            for image, path in self._fetched():
                line = {**image.to_dict(), "file": path}
                lines.write(json.dumps(line, ensure_ascii=False) + "\n")
                digests.write(f"{image.sha256}  {path}\n")
        for part in (metadata, sums):
            part.replace(part.with_suffix(""))

    def collections(self) -> None:
        lines = []
        for collection in self._pictor.collections():
            if collection.kind == CollectionKind.COLLECTION_KIND_USER:
                inside = [self._sha256.get(str(one.id)) for one in self._pictor.images_of(collection)]
                line = {"name": collection.name, "description": collection.description}
                lines.append(json.dumps({**line, "images": [one for one in inside if one]}, ensure_ascii=False))
        _write(self._folder / COLLECTIONS, lines)

    def _fetched(self) -> Iterator[tuple[Image, str]]:
        with ThreadPoolExecutor(self._parallel) as pool:
            waiting: list[Image] = []
            for image in self._pictor.images(owner="me", sort="created_at"):
                waiting.append(image)
                if len(waiting) == _AT_ONCE:
                    yield from self._got(pool, waiting)
                    waiting = []
            yield from self._got(pool, waiting)

    def _got(self, pool: ThreadPoolExecutor, images: list[Image]) -> Iterator[tuple[Image, str]]:
        for image, path in zip(images, pool.map(self._fetch, images), strict=True):
            if path is None:
                self.gone += 1
                continue
            self.count, self.size = self.count + 1, self.size + image.bytes_
            self._sha256[str(image.id)] = image.sha256
            yield image, path

    def _fetch(self, image: Image) -> str | None:
        """Give the path of the original, which is there and whole then; None: it was deleted meanwhile."""
        path = path_of(image)
        target = self._folder / path
        if target.is_file() and target.stat().st_size == image.bytes_ and _digest(target) == image.sha256:
            return path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._pictor.download(image, target)
        except NotFound:
            return None
        self.fetched += 1
        return path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, lines: list[str]) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    part.replace(path)
