"""The messages of the Open Inference Protocol, version 2 (github.com/kserve/open-inference-protocol).

Members that are not described here are let through unread, as the protocol's clients send some of their own.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.protocol.tensors import MAX_RANK, MAX_TENSORS
from services.vision.network_contract import InputContract

MAX_NAME = 256


class TensorParameters(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    binary_data_size: int | None = Field(
        default=None, ge=0, description="Bytes of the tensor's data, which follow the JSON."
    )


class InferInput(BaseModel):
    """A tensor sent along. Its values are in `data` (row-major, flat or nested) or follow the JSON as raw bytes."""

    model_config = ConfigDict(strict=True)

    name: str = Field(max_length=MAX_NAME, examples=["image"])
    shape: list[int] = Field(max_length=MAX_RANK, examples=[[1, 260, 260, 3]])
    datatype: str = Field(max_length=MAX_NAME, examples=["UINT8"])
    parameters: TensorParameters = TensorParameters()
    data: list[Any] | None = None


class OutputParameters(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    binary_data: bool | None = Field(default=None, description="Send this output as raw bytes after the JSON.")


class WantedOutput(BaseModel):
    model_config = ConfigDict(strict=True)

    name: str = Field(max_length=MAX_NAME, examples=["probabilities"])
    parameters: OutputParameters = OutputParameters()


class InferParameters(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    binary_data_output: bool = Field(default=False, description="Send all outputs as raw bytes after the JSON.")
    priority: int = Field(
        default=0,
        ge=0,
        description="1: somebody waits for it; 2, and the default 0: ordinary; 3 and more: whenever there is room.",
    )
    timeout: int | None = Field(
        default=None, ge=0, description="Microseconds until the answer is of no use; 0 is the server's own bound."
    )


class InferRequest(BaseModel):
    """What to run. Without `outputs` all of them are sent."""

    model_config = ConfigDict(strict=True)

    id: str | None = Field(default=None, max_length=MAX_NAME, description="Echoed in the answer.")
    parameters: InferParameters = InferParameters()
    inputs: list[InferInput] = Field(min_length=1, max_length=MAX_TENSORS)
    outputs: list[WantedOutput] | None = Field(default=None, max_length=MAX_TENSORS)


class InferOutput(BaseModel):
    """A tensor sent back: in `data`, flat and row-major, or as `binary_data_size` raw bytes after the JSON."""

    name: str
    shape: list[int]
    datatype: str
    parameters: TensorParameters | None = None
    data: list[float] | None = None


class ModelParameters(BaseModel):
    """What stands behind the model's answers, beyond the protocol."""

    space: str = Field(examples=["efficientnet_lite2-0123456789ab"], description="The vector space of the embeddings.")
    trained: bool = Field(description="False: seeded random weights, for trials; the labels mean nothing.")
    engine: str = Field(examples=["openvino"])
    precision: str = Field(examples=["bf16"])


class RequestLimits(BaseModel):
    """What is refused as too much."""

    max_batch_size: int = Field(examples=[8], description="Most images of one request.")
    max_body_bytes: int = Field(examples=[26279936], description="Largest body, both as it is sent and unpacked.")


class ModelMetadataParameters(ModelParameters):
    """And what a client needs to prepare pictures itself, and to cut its requests."""

    input: InputContract
    limits: RequestLimits


class InferResponse(BaseModel):
    id: str | None = None
    model_name: str = Field(examples=["efficientnet_lite2"])
    model_version: str = Field(examples=["0123456789ab"])
    parameters: ModelParameters
    outputs: list[InferOutput]


class ServerMetadata(BaseModel):
    name: str
    version: str
    extensions: list[str]


class TensorMetadata(BaseModel):
    name: str = Field(examples=["image"])
    datatype: str = Field(examples=["UINT8"])
    shape: list[int] = Field(examples=[[-1, 260, 260, 3]], description="-1 is any number.")


class ModelMetadata(BaseModel):
    name: str = Field(examples=["efficientnet_lite2"])
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]
    parameters: ModelMetadataParameters


class ServerLive(BaseModel):
    live: bool


class ServerReady(BaseModel):
    ready: bool


class ModelReady(BaseModel):
    name: str
    ready: bool
