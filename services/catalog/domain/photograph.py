"""What is kept of what a file, or an image's owner, says of its picture."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.vision.decoding.formats.metadata.dates import date_in_name
from services.vision.decoding.model import CameraFacts, DecodedImage, TakenAt
from services.vision.perceptual_hash import signed

BY_USER = "user"


def exif_facts(camera: CameraFacts) -> dict[str, Any]:
    """What is kept of the camera's facts: those that there are."""
    return {name: value for name, value in asdict(camera).items() if value is not None}


def taken_columns(taken: TakenAt | None) -> dict[str, Any]:
    """Columns that say when an image was taken."""
    if taken is None:
        return {"taken_at": None, "taken_local": None, "taken_offset_s": None, "taken_source": None}
    return {
        "taken_at": taken.utc,
        "taken_local": taken.local,
        "taken_offset_s": taken.offset_s,
        "taken_source": taken.source,
    }


def corrected_columns(moment: datetime | None) -> dict[str, Any]:
    """The same, as the owner says it, with a zone or without: this outlives whatever the file is found to say."""
    if moment is None:
        return {**taken_columns(None), "taken_source": BY_USER}
    offset = moment.utcoffset()
    seconds = None if offset is None else int(offset.total_seconds())
    return taken_columns(TakenAt(moment.replace(tzinfo=None), seconds, BY_USER))


def decoded_facts(decoded: DecodedImage, file_name: str | None) -> dict[str, Any]:
    """All columns that decoding fills; the file's name says when it was taken where the file does not."""
    return {
        "media_type": decoded.media_type,
        "width": decoded.width,
        "height": decoded.height,
        "perceptual_hash": signed(decoded.perceptual_hash),
        **taken_columns(decoded.metadata.taken or (date_in_name(file_name) if file_name else None)),
        "exif": exif_facts(decoded.metadata.camera),
        "warnings": [asdict(warning) for warning in decoded.warnings],
        "has_motion": decoded.has_motion,
    }
