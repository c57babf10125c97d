"""What lies in a file beside its pixels, cut out but not yet read."""

from dataclasses import dataclass, field

from services.vision.decoding.model import ImageWarning


@dataclass(frozen=True)
class Chromaticities:
    """Where white and the primaries lie: (x, y) each."""

    white: tuple[float, float]
    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]


@dataclass(frozen=True)
class CodedColour:
    """Colours by the numbers of ITU-T H.273: primaries and transfer function."""

    primaries: int
    transfer: int


@dataclass
class Blocks:
    """Raw metadata of one picture. ``tags`` is a TIFF block; ``gamma`` is the exponent of the stored samples."""

    tags: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    icc_profile: bytes | None = None
    coded_colour: CodedColour | None = None
    gamma: float | None = None
    chromaticities: Chromaticities | None = None
    has_motion: bool = False
    warnings: list[ImageWarning] = field(default_factory=list)

    def warn(self, code: str, message: str) -> None:
        """Say once what was wrong."""
        if all(warning.code != code for warning in self.warnings):
            self.warnings.append(ImageWarning(code, message))
