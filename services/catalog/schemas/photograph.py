"""What a file says of its picture, and what was wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from services.vision.decoding.formats.metadata.dates import FIRST_YEAR, LAST_YEAR, date_in_name
from services.vision.decoding.model import CameraFacts, DecodedImage, TakenAt
from services.vision.perceptual_hash import signed

BY_USER = "user"
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,30})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _with_zone(value: Any) -> Any:  # noqa: ANN401 - what comes from outside
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value) or not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        raise PydanticCustomError(
            "rfc_3339",
            f"Input should be a time with its zone, such as 2026-01-31T12:00:00+01:00, {FIRST_YEAR} to {LAST_YEAR}",
        )
    return value


LocalMoment = Annotated[AwareDatetime, BeforeValidator(_with_zone)]
"""A moment whose zone is kept."""


class ImageWarning(BaseModel):
    """Something that is wrong with a file that is shown all the same."""

    code: str = Field(
        description="`truncated`, `partial_picture`, `damaged_pixels`, `chunk_ignored`, `metadata_ignored`, "
        "`impossible_date`, `raw_preview`, or another one in later versions.",
        examples=["truncated"],
    )
    message: str = Field(description="For people.", examples=["The JPEG file ends early."])


class ImageExif(BaseModel):
    """What the camera wrote; null where it did not. The position is told to the owner alone."""

    make: str | None = Field(description="The camera's maker.", examples=["Canon"])
    model: str | None = Field(description="The camera.", examples=["Canon EOS R5"])
    lens: str | None = Field(description="The lens.")
    exposure_s: float | None = Field(description="Exposure time in seconds.", examples=[0.008])
    f_number: float | None = Field(description="Aperture.", examples=[2.8])
    iso: int | None = Field(description="Sensitivity.", examples=[200])
    focal_length_mm: float | None = Field(description="Focal length in millimetres.", examples=[35.0])
    software: str | None = Field(description="The program that wrote the file.")
    orientation: int | None = Field(description="EXIF orientation, 1 to 8; `width` and `height` are upright.")
    latitude: float | None = Field(description="Degrees, north is positive. To the owner only.")
    longitude: float | None = Field(description="Degrees, east is positive. To the owner only.")
    altitude_m: float | None = Field(description="Metres above the sea. To the owner only.")


def local_time(moment: datetime | None) -> str | None:
    """ISO 8601 without a zone, the fraction without zeros at its end."""
    if moment is None:
        return None
    text = moment.isoformat()
    return text.rstrip("0") if moment.microsecond else text


def exif_out(facts: Mapping[str, Any]) -> ImageExif:
    return ImageExif(**{name: facts.get(name) for name in ImageExif.model_fields})


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
    """The same, as the owner says it: this outlives whatever the file is found to say."""
    if moment is None:
        return {**taken_columns(None), "taken_source": BY_USER}
    offset = moment.utcoffset()
    local, seconds = moment.replace(tzinfo=None), int(offset.total_seconds()) if offset else 0
    return {**taken_columns(TakenAt(local, seconds, BY_USER)), "taken_at": moment.astimezone(UTC)}


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
