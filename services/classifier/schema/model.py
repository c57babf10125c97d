"""What this service says about its model."""

from enum import StrEnum

from pydantic import BaseModel, Field


class ModelState(StrEnum):
    """missing → loading → ready | broken; from broken back to loading when the package has changed."""

    MISSING = "missing"
    LOADING = "loading"
    READY = "ready"
    BROKEN = "broken"


class ModelReport(BaseModel):
    """The model's state, and what is known of it: null until a package could be read."""

    state: ModelState
    detail: str = Field(description="One sentence for people; where something has to be done, it says what.")
    name: str | None = Field(examples=["inception_v3"])
    space: str | None = Field(examples=["inception_v3-0123456789ab"])
    trained: bool | None
    engine: str | None = Field(examples=["openvino"])
    precision: str | None = Field(examples=["bf16"])
