"""What a file says of its picture, as JSON from the child to the parent; there it is checked like all else."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from math import isfinite
from typing import Any

from services.vision.decoding.model import CameraFacts, ImageWarning, Metadata, TakenAt

_MAX_TEXT, _MAX_WARNINGS, _MAX_KEYWORDS, _MAX_MESSAGE = 200, 16, 50, 300
_DAY_S = 86_400
_WHOLE = ("iso", "orientation")


def metadata_out(metadata: Metadata) -> dict[str, Any]:
    taken = metadata.taken
    return {
        "taken": None if taken is None else [taken.local.isoformat(), taken.offset_s, taken.source],
        "camera": {name: value for name, value in asdict(metadata.camera).items() if value is not None},
        "keywords": metadata.keywords,
    }


def metadata_in(said: Mapping[str, Any]) -> Metadata:
    """Raises ValueError, TypeError or KeyError for nonsense."""
    camera: dict[str, Any] = {}
    for field in fields(CameraFacts):
        value = said["camera"].get(field.name)
        if value is not None:
            camera[field.name] = _text(value, _MAX_TEXT) if isinstance(value, str) else _number(value, field.name)
    keywords = tuple(_text(keyword, _MAX_TEXT) for keyword in said["keywords"][:_MAX_KEYWORDS])
    return Metadata(None if said["taken"] is None else _taken(*said["taken"]), CameraFacts(**camera), keywords)


def warnings_in(said: list[dict[str, Any]]) -> tuple[ImageWarning, ...]:
    """Raises TypeError or KeyError for nonsense."""
    return tuple(
        ImageWarning(_text(warning["code"], _MAX_TEXT), _text(warning["message"], _MAX_MESSAGE))
        for warning in said[:_MAX_WARNINGS]
    )


def _taken(local: str, offset_s: int | None, source: str) -> TakenAt:
    moment = datetime.fromisoformat(local)
    if moment.tzinfo is not None or (offset_s is not None and abs(int(offset_s)) >= _DAY_S):
        raise ValueError("no local time")
    taken = TakenAt(moment, None if offset_s is None else int(offset_s), _text(source, _MAX_TEXT))
    if not 2 <= taken.local.year <= 9998:  # noqa: PLR2004 so that no zone leads out of the calendar
        raise ValueError("year out of range")
    return taken


def _text(value: str, longest: int) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in value[:longest])


def _number(value: float, name: str) -> float:
    if not isfinite(value):
        raise ValueError(f"{name} out of range")
    return int(value) if name in _WHOLE else float(value)
