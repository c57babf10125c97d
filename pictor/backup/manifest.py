"""What one backup has: written last, so a backup without it is none."""

import json
from dataclasses import asdict, dataclass, field

from pictor.stack.settings import StackError

FORMAT = 1


class BackupError(StackError):
    """A backup cannot be made, read or restored; the message says what to do."""


@dataclass(frozen=True)
class Part:
    """A file of a backup."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """`images` and `size` (in bytes) count the images that are not deleted.

    There is no copy of `gone` (deleted while the backup ran), `missing` and `damaged` (lost before): image ids.
    """

    pictor: str
    made_at: str
    parts: dict[str, Part]
    images: int
    size: int
    gone: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    format: int = FORMAT

    def dumped(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


def read_manifest(data: bytes) -> Manifest:
    """Raises BackupError."""
    try:
        found = json.loads(data)
        if found["format"] != FORMAT:
            raise BackupError(f"The backup has format {found['format']}, this Pictor reads {FORMAT}: use a newer one.")
        parts = {name: Part(**part) for name, part in found.pop("parts").items()}
        return Manifest(parts=parts, **found)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"The manifest of the backup is damaged ({error}): take an older backup by --run.") from error
