"""What the classifier is told by its environment."""

from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from services.kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from `PICTOR_*`. `PICTOR_AUTH=none` is for a classifier that stands alone; it needs no secret then."""

    model_package: Path = Field(description="Folder of the model package; may come into being later.")
    engine: Literal["auto", "openvino", "tensorflow"] = "auto"
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    auth: Literal["internal", "none"] = "internal"
    inference_max_batch: int = Field(default=4, ge=1, le=64, description="Most images that the engine runs at once.")
    inference_max_queue: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        description="Most images that wait, and most of one request; two batches by default.",
    )
    inference_max_delay_s: float = Field(
        default=0,
        ge=0,
        le=1,
        description="How long an image waits for company while the engine is idle.",
    )
    inference_deadline_s: float = Field(
        default=5, gt=0, le=60, description="From being queued to the answer; what is late is not computed."
    )

    @model_validator(mode="before")
    @classmethod
    def _need_no_secret_alone(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("auth") == "none" and not values.get("internal_secret"):
            return {**values, "internal_secret": token_urlsafe(32)}  # known to nobody, used for nothing
        return values

    @model_validator(mode="after")
    def _hold_a_batch(self) -> Self:
        if self.inference_max_queue is not None and self.inference_max_queue < self.inference_max_batch:
            raise ValueError("inference_max_queue must hold at least one batch (inference_max_batch)")
        return self

    @property
    def queue_capacity(self) -> int:
        """How many images may wait."""
        return self.inference_max_queue or 2 * self.inference_max_batch
