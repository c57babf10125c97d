"""What the gateway tells the catalog of a share link that a visitor came by: never its secret."""

import json
from dataclasses import dataclass
from uuid import UUID

HEADER = "x-pictor-share"
"""Good on calls of services alone; the gateway drops it from requests that come from outside."""
SHARED = "x-pictor-shared"
"""Marks an operation that visitors with a share link may call; its path has the parameter `secret`."""


@dataclass(frozen=True)
class ShareClaims:
    """Whose collection is shared, and what visitors are shown of its images."""

    owner_id: UUID
    collection_id: UUID
    fields: frozenset[str]
    allow_download: bool

    def packed(self) -> str:
        return json.dumps([str(self.owner_id), str(self.collection_id), sorted(self.fields), self.allow_download])


def unpacked(header: str) -> ShareClaims:
    owner, collection, fields, allow_download = json.loads(header)
    return ShareClaims(UUID(owner), UUID(collection), frozenset(fields), bool(allow_download))
