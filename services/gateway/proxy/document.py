"""The public OpenAPI document: as committed, with the upload limit and the address of the settings."""

import json
from dataclasses import dataclass
from pathlib import Path

from services.gateway.proxy.contracts import read_document
from services.kit.http.openapi import set_upload_limit


@dataclass(frozen=True)
class PublicDocument:
    body: bytes


def read_public_document(folder: Path, *, upload_limit: int, public_url: str = "") -> PublicDocument:
    """Raise ContractError when it is missing or no OpenAPI document."""
    document = set_upload_limit(read_document(folder, "public"), upload_limit)
    document["servers"] = [{"url": public_url or "/", "description": "This gateway."}]
    return PublicDocument(json.dumps(document, ensure_ascii=False).encode())
