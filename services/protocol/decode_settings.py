"""What decoding one picture may cost, as the settings say: the same for all services that decode."""

from pydantic import Field

from services.kit.settings import EnvironmentSettings
from services.vision.decoding import DecodeLimits

_DEFAULTS = DecodeLimits()


class DecodeSettings(EnvironmentSettings):
    decode_pixels: int = Field(
        default=_DEFAULTS.max_pixels,
        ge=1_000_000,
        le=400_000_000,
        description="Most pixels that are decoded of one picture: of a JPEG after it was shrunk, of others all.",
    )
    decode_memory: int = Field(
        default=_DEFAULTS.memory_bytes,
        ge=268_435_456,
        le=8_589_934_592,
        description="Most memory, in bytes, that decoding one picture may take.",
    )

    @property
    def decode_limits(self) -> DecodeLimits:
        return DecodeLimits(max_pixels=self.decode_pixels, memory_bytes=self.decode_memory)
