"""What the decoder is asked for and what it answers. Light on purpose: the zygote imports this too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Rotation = Literal[0, 90, 180, 270]
Fit = Literal["squeeze", "centre_crop"]
VariantFormat = Literal["jpeg", "webp"]

RENDERER_VERSION = 2
"""Raised when variants come to look another way: part of their keys, ETags and addresses."""
MAX_VARIANTS = 8
MAX_NAME_LENGTH = 64
MAX_SIDE = 65_535
MAX_MODEL_INPUT = 2_048


@dataclass(frozen=True)
class DecodeLimits:
    """What one picture may cost.

    ``max_pixels`` counts what is decoded: the whole picture, or what is left after shrinking where the format can
    shrink on load (JPEG, JPEG 2000). It and ``max_side`` are checked against the header, before a pixel is decoded.
    ``memory_bytes`` is address space above what the zygote maps, ``cpu_s`` processor time, ``wall_s`` time from the
    start of decoding (waiting for a free slot does not count).
    """

    max_pixels: int = 108_000_000
    max_side: int = MAX_SIDE
    memory_bytes: int = 1_342_177_280
    cpu_s: int = 30
    wall_s: float = 60.0


@dataclass(frozen=True)
class VariantSpec:
    """A smaller copy to make: the longer side is at most ``max_side`` pixels (None: as large as the original)."""

    name: str
    max_side: int | None
    format: VariantFormat

    def __post_init__(self) -> None:
        if not 1 <= len(self.name) <= MAX_NAME_LENGTH:
            raise ValueError(f"name must have 1 to {MAX_NAME_LENGTH} characters")
        if self.max_side is not None and not 1 <= self.max_side <= MAX_SIDE:
            raise ValueError(f"max_side must be 1 to {MAX_SIDE}, or None")
        if self.format not in ("jpeg", "webp"):
            raise ValueError("format must be jpeg or webp")


@dataclass(frozen=True)
class Box:
    """A part of the upright picture, relative: 0..1 from its left and top edge."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        inside = 0 <= self.x < 1 and 0 <= self.y < 1 and self.width > 0 and self.height > 0
        # The margin forgives 0.7 + 0.3 in floating point.
        if not (inside and self.x + self.width <= 1 + 1e-9 and self.y + self.height <= 1 + 1e-9):
            raise ValueError("a box must lie inside the picture: 0..1, width and height above 0")


@dataclass(frozen=True)
class ModelInput:
    """How a network wants to see a picture: as ``size`` x ``size`` pixels, as its model package says.

    ``squeeze``: the whole picture, whatever its shape. ``centre_crop``: the square in its middle, with a side of
    ``crop`` (above 0, at most 1) times the picture's shorter side.
    """

    size: int
    fit: Fit = "squeeze"
    crop: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MAX_MODEL_INPUT:
            raise ValueError(f"size must be 1 to {MAX_MODEL_INPUT}")
        if self.fit not in ("squeeze", "centre_crop") or not 0 < self.crop <= 1:
            raise ValueError("fit must be squeeze or centre_crop, with a crop above 0 and at most 1")
        if self.fit == "squeeze" and self.crop != 1:
            raise ValueError("squeeze shows the whole picture: crop must be 1")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the array: rows, columns, RGB."""
        return (self.size, self.size, 3)


@dataclass(frozen=True)
class DecodeRequest:
    """What to make of one picture.

    ``rotation`` (degrees clockwise) turns the variants only; ``region`` is the part of the upright picture that the
    model input shows: all of it, squeezed, whatever the network's fit. Size, date and perceptual hash always describe
    the whole upright picture.
    """

    variants: tuple[VariantSpec, ...] = ()
    model_input: ModelInput | None = None
    rotation: Rotation = 0
    region: Box | None = None

    def __post_init__(self) -> None:
        if len(self.variants) > MAX_VARIANTS or len({v.name for v in self.variants}) != len(self.variants):
            raise ValueError(f"at most {MAX_VARIANTS} variants, each name once")
        if self.rotation not in (0, 90, 180, 270):
            raise ValueError("rotation must be 0, 90, 180 or 270")


@dataclass(frozen=True)
class ImageWarning:
    """Something that is wrong with a file that is shown all the same. ``code`` is stable; the message is for people."""

    code: str
    message: str


@dataclass(frozen=True)
class TakenAt:
    """When a picture was taken. ``local`` is what the clock of the camera showed; ``offset_s`` its distance from UTC,
    None where nobody wrote it down. ``source`` says where it was read."""

    local: datetime
    offset_s: int | None
    source: str

    @property
    def utc(self) -> datetime:
        """In UTC; the local time taken as UTC where the zone is not known."""
        return (self.local - timedelta(seconds=self.offset_s or 0)).replace(tzinfo=UTC)


@dataclass(frozen=True)
class CameraFacts:
    """What the camera wrote of a picture: exposure in seconds, focal length in millimetres, position in degrees."""

    make: str | None = None
    model: str | None = None
    lens: str | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    software: str | None = None
    orientation: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None


@dataclass(frozen=True)
class Metadata:
    """What a file says of its picture."""

    taken: TakenAt | None = None
    camera: CameraFacts = field(default_factory=CameraFacts)
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class DecodedImage:
    """A picture, taken apart.

    ``media_type`` is sniffed: one of ``media_types.FORMATS``. ``width`` and ``height`` are pixels of the upright
    picture: EXIF orientation applied, ``rotation`` not. ``perceptual_hash`` is unsigned, 64 bits; see ``hashing``.
    ``has_motion``: a video lies in the file too. ``model_input`` is uint8 (size, size, 3), sRGB, what the requested
    ModelInput shows, alpha flattened on white. ``variants`` holds an encoded file for each requested name, free of
    metadata.
    """

    media_type: str
    width: int
    height: int
    perceptual_hash: int
    metadata: Metadata = field(default_factory=Metadata)
    warnings: tuple[ImageWarning, ...] = ()
    has_motion: bool = False
    model_input: NDArray[np.uint8] | None = None
    variants: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def taken_at(self) -> datetime | None:
        """When it was taken, in UTC; the camera's local time where the zone is not known."""
        return None if self.metadata.taken is None else self.metadata.taken.utc
