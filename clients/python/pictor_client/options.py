"""What may be said with a request, as typed keywords. Strings are as the API has them, and so are their meanings."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, TypedDict

from pictor_client.core.models import Collapse, ImageState, Mode, OnDuplicate, Rotation, Sort, Visibility

_Visibility = Literal["private", "public"]
_Mode = Literal["auto", "exact", "hnsw", "two_stage"]


class UploadOptions(TypedDict, total=False):
    """What is said of an image with its upload."""

    title: str
    description: str
    tags: list[str]
    visibility: _Visibility
    file_name: str
    import_keywords: bool
    on_duplicate: Literal["keep", "update", "error"]


class Change(TypedDict, total=False):
    """What `update` sets; None clears what can be cleared."""

    title: str | None
    description: str | None
    tags: list[str] | None
    visibility: _Visibility
    rotation: Literal[0, 90, 180, 270]
    taken_at: datetime | None
    file_name: str | None


class CommonFilters(TypedDict, total=False):
    """Which images: all of it must hold. Times need a zone."""

    q: str
    label: list[str]
    any_label: list[str]
    not_label: list[str]
    tag: list[str]
    min_score: float
    owner: str
    collection: str
    taken_after: datetime
    taken_before: datetime
    created_after: datetime
    created_before: datetime
    min_width: int
    max_width: int
    min_height: int
    max_height: int


class Filters(CommonFilters, total=False):
    """Which images of the library, and in which order."""

    state: Literal["processing", "ready", "deferred", "failed"]
    updated_after: datetime
    camera: str
    lens: str
    iso: int
    near: str
    sort: Literal["relevance", "-created_at", "created_at", "-taken_at", "taken_at", "random"]
    seed: int


class SimilarOptions(CommonFilters, total=False):
    """Which look-alikes, and how they are found."""

    mode: _Mode
    recall_probe: bool
    collapse: Literal["near_duplicates"]


_ENUMS: dict[str, Callable[[Any], object]] = {
    "rotation": Rotation,
    "visibility": Visibility,
    "on_duplicate": OnDuplicate,
    "state": ImageState,
    "sort": Sort,
    "mode": Mode,
    "collapse": Collapse,
}


def for_core(options: Mapping[str, Any]) -> dict[str, Any]:
    """As the generated core takes them: its enums in place of plain values."""
    return {name: _ENUMS[name](value) if name in _ENUMS else value for name, value in options.items()}
