"""The state of the whole."""

from enum import StrEnum

from pydantic import BaseModel, Field

from services import __version__


class ServiceState(StrEnum):
    """Whether a service can do its work."""

    READY = "ready"
    NOT_READY = "not_ready"
    UNREACHABLE = "unreachable"


class StatusState(StrEnum):
    """Whether all parts work, or something is amiss."""

    OK = "ok"
    DEGRADED = "degraded"


class ServedModelState(StrEnum):
    """How far the model is; `unknown` while its classifier does not answer."""

    READY = "ready"
    MISSING = "missing"
    LOADING = "loading"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class ServiceStatus(BaseModel):
    """How one service does."""

    status: ServiceState = Field(description="Whether it can do its work.")
    detail: str = Field(description="What is amiss; empty when all is well.", examples=[""])


class ServicesStatus(BaseModel):
    """How the services behind the gateway do."""

    catalog: ServiceStatus = Field(description="Images, labels, tags, collections, jobs.")
    classifier: ServiceStatus = Field(description="Labels and vectors of pictures.")
    similarity: ServiceStatus = Field(description="Search by example.")


class ModelStatus(BaseModel):
    """Which model labels and embeds. What is not known is null."""

    state: ServedModelState = Field(description="How far it is.")
    detail: str = Field(description="One sentence for people: which model serves, or what to do when none does.")
    name: str | None = Field(default=None, description="What it is called.", examples=["efficientnet_lite2"])
    space: str | None = Field(
        default=None, description="The vector space of its embeddings.", examples=["efficientnet_lite2-9a0d4a3f51bc"]
    )
    trained: bool | None = Field(default=None, description="False: random weights; its labels mean nothing.")
    engine: str | None = Field(default=None, description="What runs it.", examples=["openvino"])
    precision: str | None = Field(default=None, description="In which numbers it computes.", examples=["bf16"])


class Coverage(BaseModel):
    """How many of the images that the caller may see are how far."""

    total: int = Field(description="All images.")
    ready: int = Field(description="Images that are labelled and embedded.")
    processing: int = Field(description="Images that wait for a worker.")
    deferred: int = Field(description="Images that wait for the model, or for another service.")
    failed: int = Field(description="Images that were given up.")
    labelled: int = Field(description="Images with labels of a model.")
    embedded: int = Field(description="Images with a vector in the active space.")


class Status(BaseModel):
    """The state of the whole."""

    state: StatusState = Field(description="Whether all parts work.")
    version: str = Field(description="Of the server.", examples=[__version__])
    services: ServicesStatus = Field(description="How each service does.")
    model: ModelStatus = Field(description="Which model labels and embeds.")
    coverage: Coverage | None = Field(
        default=None,
        description="null when the catalog does not answer, or the caller lacks the scope images:read.",
    )
