"""The contracts: every service's OpenAPI document, and the public one merged from them."""

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

from services.kit.declared_headers import used_headers
from services.kit.http.limits import DEFAULT_UPLOAD_LIMIT
from services.kit.http.openapi import Document, operations

SERVICES = ("gateway", "catalog", "classifier", "similarity")
PUBLIC_PREFIX = "/v1/"
FOLDER = Path(__file__).parent.parent / "contracts" / "openapi"
SCHEMA = "#/components/schemas/"
BORROWED = "x-pictor-from"
"""SpaceRoles a schema that stands for the one of the service it names."""

PLACEHOLDERS = {
    "PICTOR_INTERNAL_SECRET": "not a secret: only a document is made",
    "PICTOR_KEY_PEPPER": "not a secret: only a document is made",
    "PICTOR_DATABASE_URL": "postgresql+asyncpg://nobody@localhost/nothing",
    "PICTOR_CATALOG_URL": "http://catalog",
    "PICTOR_CLASSIFIER_URL": "http://classifier",
    "PICTOR_SIMILARITY_URL": "http://similarity",
    "PICTOR_STORE": "folder",
    "PICTOR_STORE_FOLDER": "/nowhere",
    "PICTOR_MODEL_PACKAGE": "/nowhere",
    "PICTOR_LOG_LEVEL": "WARNING",
    "PICTOR_UPLOAD_LIMIT": str(DEFAULT_UPLOAD_LIMIT),
}

SERVERS = [
    {
        "url": "{scheme}://{host}:{port}",
        "description": "A Pictor gateway.",
        "variables": {
            "scheme": {"enum": ["http", "https"], "default": "http", "description": "https behind a proxy."},
            "host": {"default": "127.0.0.1", "description": "Its name or address."},
            "port": {"default": "8000", "description": "PICTOR_PORT."},
        },
    },
    {"url": "/", "description": "The gateway that this document comes from."},
]
TAGS = {
    "images": "Keep, find, read, change and delete images.",
    "content": "The bytes of images: originals and smaller copies.",
    "labels": "What images show: labels of the taxonomy (WordNet 3.0), tags, and what their owners say of them.",
    "collections": "Sets of images, each its owner's alone.",
    "downloads": "Many originals in one ZIP file.",
    "duplicates": "Exact and near copies.",
    "trash": "Deleted images that can be restored.",
    "similar": "Search by example: images, pictures, vectors.",
    "classification": "Label a picture without keeping it.",
    "shares": "Collections that others see by a link, without an account.",
    "events": "What changes, in order.",
    "operations": "Long work over the whole library.",
    "models": "Which networks label and embed.",
    "spaces": "The vectors of each model: compare, promote, drop.",
    "account": "Users, sessions and API keys.",
    "server": "What runs, and this document.",
}
"""In the order in which people read them."""


class ContractConflict(ValueError):
    """Two services describe the same thing differently."""


def documents() -> dict[str, Document]:
    """Make every service's document from its code, and `public` merged from them. No server is needed."""
    made: dict[str, Document] = {}
    before = {**os.environ}
    os.environ.update(PLACEHOLDERS)
    try:
        for name in SERVICES:
            app = import_module(f"services.{name}.main").create_app()
            made[name] = json.loads(json.dumps(app.openapi()))
    finally:
        os.environ.clear()
        os.environ.update(before)
    made["public"] = merge(made)
    return made


def merge(by_service: dict[str, Document]) -> Document:
    """Put the /v1 operations of all services into one document, with the schemas that they need."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for document in by_service.values():
        for path, item in document["paths"].items():
            if path.startswith(PUBLIC_PREFIX):
                _no_overlap(paths.get(path, {}), item, path)
                paths[path] = {**paths.get(path, {}), **item}
        for name, schema in document["components"]["schemas"].items():
            schemas[name] = _agreed(name, schemas.get(name), schema)
    public: Document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Pictor",
            "version": by_service["gateway"]["info"]["version"],
            "description": "A self-hosted image library: keep images, label them, find them again.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": SERVERS,
        "security": [{"bearer": []}],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {"securitySchemes": by_service["gateway"]["components"]["securitySchemes"]},
    }
    identities = [operation["operationId"] for _, operation in operations(public)]
    if len(identities) != len(set(identities)):
        raise ContractConflict(f"operation ids occur twice: {sorted(identities)}")
    public["components"]["headers"] = used_headers(public)
    public["components"]["schemas"] = _reachable(public["paths"], schemas)
    return public


def _no_overlap(there: dict[str, Any], new: dict[str, Any], path: str) -> None:
    if both := there.keys() & new.keys():
        raise ContractConflict(f"two services answer {sorted(both)} {path}")


def _agreed(name: str, there: Any, new: Any) -> Any:  # noqa: ANN401 - JSON schemas
    if there is None or BORROWED in there:
        return new
    if BORROWED in new or there == new:
        return there
    raise ContractConflict(f"two services describe {name} differently")


def _reachable(paths: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Keep the schemas that the paths refer to, directly or not."""
    kept: dict[str, Any] = {}
    waiting = list(_references(paths))
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = schemas[name]
            waiting += _references(schemas[name])
    return dict(sorted(kept.items()))


def _references(node: Any) -> list[str]:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        own = [str(node["$ref"]).rpartition("/")[2]] if SCHEMA in str(node.get("$ref", "")) else []
        return own + [name for value in node.values() for name in _references(value)]
    return [name for item in node for name in _references(item)] if isinstance(node, list) else []


def text_of(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def drift(folder: Path = FOLDER) -> list[str]:
    """Name the committed documents that differ from the code."""
    return [
        name
        for name, document in documents().items()
        if not (folder / f"{name}.json").is_file()
        or (folder / f"{name}.json").read_text(encoding="utf-8") != text_of(document)
    ]
