"""What the gateway tells the catalog of how much an owner may keep."""

import json
from dataclasses import dataclass

HEADER = "x-pictor-quota"
"""Good on calls of services alone; the gateway drops it from requests that come from outside."""


@dataclass(frozen=True)
class Quota:
    """The most that one owner may keep, what is in the trash included; None is no limit."""

    max_bytes: int | None = None
    max_images: int | None = None

    @property
    def is_set(self) -> bool:
        return self.max_bytes is not None or self.max_images is not None

    def packed(self) -> str:
        return json.dumps([self.max_bytes, self.max_images])


def unpacked(header: str | None) -> Quota:
    return Quota(*json.loads(header)) if header else Quota()
