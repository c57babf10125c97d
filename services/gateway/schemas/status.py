"""The state of the whole."""

from typing import Literal

from pydantic import BaseModel, Field

from services import __version__


class ServiceStatus(BaseModel):
    status: Literal["ready", "not_ready", "unreachable"]
    detail: str = Field(description="What is amiss; empty when all is well.", examples=[""])


class ServicesStatus(BaseModel):
    catalog: ServiceStatus
    classifier: ServiceStatus
    similarity: ServiceStatus


class ModelStatus(BaseModel):
    """Which model labels and embeds. What is not known is null."""

    state: Literal["ready", "missing", "loading", "broken", "unknown"]
    detail: str = Field(description="One sentence for people: which model serves, or what to do when none does.")
    name: str | None = Field(default=None, examples=["efficientnet_lite2"])
    space: str | None = Field(default=None, examples=["efficientnet_lite2-9a0d4a3f51bc"])
    trained: bool | None = None
    engine: str | None = Field(default=None, examples=["openvino"])
    precision: str | None = Field(default=None, examples=["bf16"])


class Coverage(BaseModel):
    """How many of the images that the caller may see are how far."""

    total: int
    ready: int
    processing: int
    deferred: int
    failed: int
    labelled: int
    embedded: int


class Status(BaseModel):
    state: Literal["ok", "degraded"]
    version: str = Field(examples=[__version__])
    services: ServicesStatus
    model: ModelStatus
    coverage: Coverage | None = Field(
        description="null when the catalog does not answer, or the caller lacks the scope images:read."
    )
