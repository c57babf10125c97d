"""The public OpenAPI document, as committed."""

from dataclasses import dataclass
from pathlib import Path

from services.gateway.services.contracts import read_document


@dataclass(frozen=True)
class PublicDocument:
    body: bytes


def read_public_document(folder: Path) -> PublicDocument:
    """Raise ContractError when it is missing or no OpenAPI document."""
    read_document(folder, "public")
    return PublicDocument((folder / "public.json").read_bytes())
