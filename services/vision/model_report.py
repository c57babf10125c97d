"""What a classifier says of its model, to people and to the services that ask it."""

from enum import StrEnum

from pydantic import BaseModel, Field

from services.vision.network_contract import InputContract


class ModelState(StrEnum):
    """How far a model is: missing → loading → ready | broken; from broken back to loading when its package changed."""

    MISSING = "missing"
    LOADING = "loading"
    READY = "ready"
    BROKEN = "broken"


class ModelSpeed(BaseModel):
    """Measured on this processor, when the model was first used on it."""

    images_per_s: float = Field(examples=[110.0], description="With all workers busy.")
    alone_ms: float = Field(examples=[8.5], description="Milliseconds of one image while nothing else runs.")
    workers: int = Field(description="Images that are computed side by side.")
    max_batch: int = Field(description="Images that are computed together.")


class ModelReport(BaseModel):
    """The model's state, and what is known of it: null until a package could be read."""

    state: ModelState
    detail: str = Field(description="One sentence for people; where something has to be done, it says what.")
    name: str | None = Field(default=None, examples=["efficientnet_lite2"])
    network: str | None = Field(default=None, examples=["efficientnet_lite2"])
    space: str | None = Field(default=None, examples=["efficientnet_lite2-0123456789ab"])
    trained: bool | None = None
    licence: str | None = None
    engine: str | None = Field(default=None, examples=["openvino"])
    precision: str | None = Field(default=None, examples=["fp32"])
    input: InputContract | None = None
    classes: int | None = None
    embedding_size: int | None = None
    labels_digest: str | None = Field(default=None, description="Of the labels' ids, in the outputs' order.")
    speed: ModelSpeed | None = Field(default=None, description="null where it was not measured.")
