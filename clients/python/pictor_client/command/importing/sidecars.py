"""Title, description and tags from the file beside a picture: XMP (Lightroom, digiKam, darktable) or JSON."""

import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from xml.etree import ElementTree as ET

from pictor_client.command.importing.sources import Neighbour
from pictor_client.options import UploadOptions

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TITLE, _DESCRIPTION, _TAG, _TAGS = 300, 10_000, 100, 50
"""The API's limits. What is longer is cut: the file itself keeps it whole."""


def read_sidecar(file_name: str, neighbour: Neighbour) -> UploadOptions:
    """What the first sidecar says that can be read; nothing where there is none."""
    stem = PurePath(file_name).stem
    for name in (f"{file_name}.xmp", f"{stem}.xmp", f"{file_name}.XMP", f"{stem}.XMP"):
        if data := neighbour(name):
            return _limited(_xmp(data))
    for name in (f"{file_name}.json", f"{file_name}.supplemental-metadata.json", f"{stem}.json"):
        if data := neighbour(name):
            return _limited(_json(data))
    return {}


def _xmp(data: bytes) -> dict[str, Any]:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:  # no XMP has one; entities can grow without bound
        return {}
    try:
        tree = ET.fromstring(data)  # noqa: S314 - without a DOCTYPE there are no entities
    except (ET.ParseError, ValueError):
        return {}
    found: dict[str, Any] = {"tags": list(_items(tree, "subject"))}
    for name in ("title", "description"):
        found[name] = next(_items(tree, name), None)
    return found


def _items(tree: ET.Element, name: str) -> Iterator[str]:
    for one in tree.iter(_DC + name):
        for item in one.iter(_RDF + "li"):
            if item.text:
                yield item.text


def _json(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    if "photoTakenTime" in said:  # Google Takeout, where `title` is the name of the file
        return {"description": said.get("description")}
    return {"title": said.get("title"), "description": said.get("description"), "tags": said.get("tags")}


def _limited(said: dict[str, Any]) -> UploadOptions:
    """As the API takes it; what is no text is left out."""
    options: UploadOptions = {}
    if title := _text(said.get("title"), _TITLE):
        options["title"] = title
    if description := _text(said.get("description"), _DESCRIPTION):
        options["description"] = description
    tags = said.get("tags")
    if isinstance(tags, list):
        lines = (" ".join(_text(tag, _TAG).split()) for tag in tags)
        if kept := list(dict.fromkeys(filter(None, lines)))[:_TAGS]:
            options["tags"] = kept
    return options


def _text(value: object, limit: int) -> str:
    return value.replace("\0", "").strip()[:limit] if isinstance(value, str) else ""
