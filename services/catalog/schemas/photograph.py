"""What a file says of its picture, and what was wrong with it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.vision.decoding.formats.metadata.dates import FIRST_YEAR, LAST_YEAR

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


def _of_a_calendar(value: str) -> str:
    try:
        year = datetime.fromisoformat(value).year
    except ValueError:
        year = 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PydanticCustomError(
            "local_time",
            f"Input should be a time without a zone, such as 2026-01-31T12:00:00, {FIRST_YEAR} to {LAST_YEAR}",
        )
    return value


LocalTime = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?$"),
    AfterValidator(_of_a_calendar),
]
"""What a clock showed, nobody knows where."""


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
