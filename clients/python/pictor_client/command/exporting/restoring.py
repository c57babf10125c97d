"""What `pictor export` made, imported again: the same originals, words, dates, decisions, favourites, collections."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from pictor_client.client import Pictor
from pictor_client.command.connection import CommandError
from pictor_client.command.exporting import COLLECTIONS, FORMAT, MANIFEST, METADATA
from pictor_client.command.importing.sources import Source, file_source
from pictor_client.core.models import CollectionKind, Image
from pictor_client.options import UploadOptions

_LABELS_S = 600.0
"""The longest wait for labels of one image, before decisions about them are given back."""


def is_export(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def sources_of(folder: Path) -> list[Source]:
    """Its originals, each with what is said of it at the upload."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT or not manifest.get("complete"):
        raise CommandError(f"{folder} is not a complete export of this format: run pictor export on it again.")
    return [file_source(_inside(folder, line["file"]), _said(line)) for line in _lines(folder / METADATA)]


def complete(pictor: Pictor, folder: Path, *, parallel: int) -> None:
    """Give back what an upload does not take. May be done again."""
    lines = list(_lines(folder / METADATA))
    ids = pictor.check([line["sha256"] for line in lines])
    there = [(ids[line["sha256"]], line) for line in lines if ids[line["sha256"]] is not None]
    known = {image_id: line for image_id, line in there if image_id is not None}
    updates = [{"id": str(one.id), **change} for one in _mine(pictor, known) if (change := _change(one, known[one.id]))]
    for result in pictor.update_many(updates):
        if result.problem:
            raise CommandError(f"{result.id}: {result.problem.detail}", 1)
    with ThreadPoolExecutor(parallel) as pool:
        _all(pool, [partial(_decide, pictor, one, line) for one, line in known.items()])
        loved = [one for one, line in known.items() if line["in_favorites"]]
        _all(pool, [partial(pictor.add_to, "favorites", one) for one in loved])
    _collect(pictor, folder, ids)


def _collect(pictor: Pictor, folder: Path, ids: dict[str, UUID | None]) -> None:
    having = [one for one in pictor.collections() if one.kind == CollectionKind.COLLECTION_KIND_USER]
    for line in _lines(folder / COLLECTIONS):
        found = next((one for one in having if one.name == line["name"]), None)
        if found is not None:
            having.remove(found)  # several may have one name
        collection = found or pictor.create_collection(line["name"], line["description"])
        images = [one for digest in reversed(line["images"]) if (one := ids.get(digest)) is not None]
        pictor.add_to(collection, *images)  # one by one: their order is that in which they came


def _decide(pictor: Pictor, image_id: UUID, line: dict[str, Any]) -> None:
    decided = [label for label in line["labels"] if label["status"] != "suggested"]
    if not decided:
        return
    _wait_for_labels(pictor, image_id)
    has = {label.id for label in pictor.labels_of(image_id)}
    for label in decided:
        if label["id"] not in has or label["status"] == "confirmed":
            pictor.decide(image_id, label["id"], "add")
        if label["status"] == "rejected":
            pictor.decide(image_id, label["id"], "reject")


def _wait_for_labels(pictor: Pictor, image_id: UUID) -> None:
    """Until the model has spoken, or cannot: then the decisions stand alone, and hold when it speaks later."""
    until = time.monotonic() + _LABELS_S
    while pictor.get(image_id).state == "processing" and time.monotonic() < until:
        time.sleep(1)


def _change(image: Image, line: dict[str, Any]) -> dict[str, Any]:
    wanted = line["taken_at"] and datetime.fromisoformat(line["taken_at"])
    change: dict[str, Any] = {}
    if image.rotation != line["rotation"]:
        change["rotation"] = line["rotation"]
    if image.taken_at != wanted:
        change["taken_at"] = line["taken_at"]
    return change


def _mine(pictor: Pictor, known: dict[UUID, dict[str, Any]]) -> Iterator[Image]:
    return (image for image in pictor.images(owner="me", sort="created_at") if image.id in known)


def _said(line: dict[str, Any]) -> UploadOptions:
    said: UploadOptions = {
        "title": line["title"],
        "description": line["description"],
        "tags": line["tags"],
        "visibility": line["visibility"],
        "import_keywords": False,
    }
    if line["file_name"]:
        said["file_name"] = line["file_name"]
    else:
        said["file_name"] = ""
    return said


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise CommandError(f"{path}, line {number} is damaged.", 1) from error


def _inside(folder: Path, name: str) -> Path:
    """An export may come from anybody: its names stay in its folder."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise CommandError(f"{name} is not inside {folder}.")
    return path


def _all(pool: ThreadPoolExecutor, work: list[Callable[[], object]]) -> None:
    for future in [pool.submit(one) for one in work]:
        future.result()
