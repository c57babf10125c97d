"""What a network takes and gives: the part of a manifest that everything outside the package follows."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.vision.decoding.model import MAX_MODEL_INPUT, ModelInput

MAX_CLASSES = 100_000
MAX_EMBEDDING = 4_000  # more than the vector index takes (pgvector's halfvec)


class ContractPart(BaseModel):
    """Frozen, and nothing in it that is not described here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Scaling(ContractPart):
    """How the network scales pixels, itself: (x - mean) / divisor, then its channels in this order."""

    mean: tuple[float, float, float] = Field(description="Of red, green and blue, in pixel values 0..255.")
    divisor: float = Field(gt=0)
    channels: Literal["RGB", "BGR"] = "RGB"


class InputContract(ContractPart):
    """What the network takes: uint8 RGB pictures as NHWC, `size` pixels high and wide.

    `fit` and `crop` say which part of a picture these pixels show (see decoding.ModelInput); it is resized with an
    antialiased bilinear filter.
    """

    name: str = "images"
    dtype: Literal["uint8"] = "uint8"
    layout: Literal["NHWC"] = "NHWC"
    colour: Literal["RGB"] = "RGB"
    size: int = Field(ge=1, le=MAX_MODEL_INPUT, description="Pixels, both high and wide.", examples=[260])
    fit: Literal["squeeze", "centre_crop"] = Field(
        default="squeeze",
        description="squeeze: the whole picture, whatever its shape. centre_crop: the square in its middle.",
    )
    crop: float = Field(
        default=1.0, gt=0, le=1, description="The square's side, as a share of the picture's shorter side."
    )
    scaling: Scaling

    @model_validator(mode="after")
    def _squeeze_shows_all(self) -> Self:
        if self.fit == "squeeze" and self.crop != 1:
            raise ValueError("squeeze shows the whole picture: crop must be 1")
        return self

    @property
    def model_input(self) -> ModelInput:
        """What to ask the decoder for."""
        return ModelInput(self.size, self.fit, self.crop)


class OutputContract(ContractPart):
    """One output of the network: (N, size) float32."""

    name: str
    dtype: Literal["float32"] = "float32"
    size: int = Field(ge=1, le=MAX_CLASSES)
    meaning: str
