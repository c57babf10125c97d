"""What a network takes and gives: the part of a manifest that everything outside the package follows."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from services.vision.decoding.model import MAX_MODEL_INPUT, ModelInput

MAX_CLASSES = 100_000
MAX_EMBEDDING = 4_000  # more than the vector index takes (pgvector's halfvec)
THREE_NUMBERS = WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3})
ONE_WORD = WithJsonSchema({"type": "string"})
"""A constant, as SDK generators understand it."""


class ContractPart(BaseModel):
    """Frozen, and nothing in it that is not described here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Channels(StrEnum):
    """An order of colours."""

    RGB = "RGB"
    BGR = "BGR"


class Fit(StrEnum):
    """`squeeze`: the whole picture, whatever its shape. `centre_crop`: the square in its middle."""

    SQUEEZE = "squeeze"
    CENTRE_CROP = "centre_crop"


class Scaling(ContractPart):
    """How the network scales pixels, itself: (x - mean) / divisor, then its channels in this order."""

    mean: Annotated[tuple[float, float, float], THREE_NUMBERS] = Field(
        description="Of red, green and blue, in pixel values 0..255."
    )
    divisor: float = Field(gt=0, description="What they are divided by.")
    channels: Channels = Field(default=Channels.RGB, description="Their order.")


class InputContract(ContractPart):
    """What the network takes: uint8 RGB pictures as NHWC, `size` pixels high and wide.

    `fit` and `crop` say which part of a picture these pixels show (see decoding.ModelInput); it is resized with an
    antialiased bilinear filter.
    """

    name: str = Field(default="images", description="Of the tensor.")
    dtype: Annotated[Literal["uint8"], ONE_WORD] = Field(default="uint8", description="Always `uint8`.")
    layout: Annotated[Literal["NHWC"], ONE_WORD] = Field(default="NHWC", description="Always `NHWC`.")
    colour: Annotated[Literal["RGB"], ONE_WORD] = Field(default="RGB", description="Always `RGB`.")
    size: int = Field(ge=1, le=MAX_MODEL_INPUT, description="Pixels, both high and wide.", examples=[260])
    fit: Fit = Field(default=Fit.SQUEEZE, description="Which part of a picture is shown.")
    crop: float = Field(
        default=1.0, gt=0, le=1, description="The square's side, as a share of the picture's shorter side."
    )
    scaling: Scaling = Field(description="How the network scales pixels, itself.")

    @model_validator(mode="after")
    def _squeeze_shows_all(self) -> Self:
        if self.fit is Fit.SQUEEZE and self.crop != 1:
            raise ValueError("squeeze shows the whole picture: crop must be 1")
        return self

    @property
    def model_input(self) -> ModelInput:
        """What to ask the decoder for."""
        return ModelInput(self.size, self.fit.value, self.crop)


class OutputContract(ContractPart):
    """One output of the network: (N, size) float32."""

    name: str
    dtype: Literal["float32"] = "float32"
    size: int = Field(ge=1, le=MAX_CLASSES)
    meaning: str
