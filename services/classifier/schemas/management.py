"""What Triton's extensions of the protocol say of a model: configuration, statistics, repository index."""

from pydantic import BaseModel, ConfigDict, Field


class TensorConfig(BaseModel):
    name: str = Field(examples=["image"])
    data_type: str = Field(examples=["TYPE_UINT8"])
    dims: list[int] = Field(examples=[[260, 260, 3]], description="Without the batch.")


class VersionPolicy(BaseModel):
    """Which versions are served: the one that is loaded."""

    specific: "SpecificVersions"


class SpecificVersions(BaseModel):
    versions: list[str]


class DynamicBatching(BaseModel):
    """Pictures of several requests are run together."""

    preferred_batch_size: list[int] = Field(examples=[[4]], description="Most images that the engine runs at once.")
    max_queue_delay_microseconds: int = Field(examples=[0])


class InstanceGroup(BaseModel):
    name: str
    kind: str = "KIND_CPU"
    count: int = Field(description="Batches that run at the same time.", examples=[2])


class ModelConfig(BaseModel):
    """The model as Triton would configure it."""

    name: str = Field(examples=["efficientnet_lite2"])
    platform: str = Field(examples=["pictor_openvino"])
    backend: str = Field(examples=["pictor"])
    version_policy: VersionPolicy
    max_batch_size: int = Field(examples=[8], description="Most images of one request.")
    input: list[TensorConfig]
    output: list[TensorConfig]
    instance_group: list[InstanceGroup]
    dynamic_batching: DynamicBatching


class Duration(BaseModel):
    """How often, and how many nanoseconds in all."""

    count: int = 0
    ns: int = 0


class InferenceStatistics(BaseModel):
    """`success` and `fail` count requests whose body was read, until their answer is written; `queue` counts images,
    `compute_infer` batches, `compute_input` and `compute_output` requests. There is no cache."""

    success: Duration
    fail: Duration
    queue: Duration
    compute_input: Duration
    compute_infer: Duration
    compute_output: Duration
    cache_hit: Duration = Duration()
    cache_miss: Duration = Duration()


class BatchStatistics(BaseModel):
    """All batches of one size."""

    batch_size: int
    compute_input: Duration = Duration()
    compute_infer: Duration
    compute_output: Duration = Duration()


class ModelStatistics(BaseModel):
    """Counted since the model was loaded, over all callers; `POST /v1/classify` and the warm-up count as inferences."""

    name: str = Field(examples=["efficientnet_lite2"])
    version: str = Field(examples=["0123456789ab"])
    last_inference: int = Field(description="Milliseconds since 1970; 0: none yet.")
    inference_count: int = Field(description="Images.")
    execution_count: int = Field(description="Batches.")
    inference_stats: InferenceStatistics
    batch_stats: list[BatchStatistics]


class StatisticsReport(BaseModel):
    model_stats: list[ModelStatistics]


class IndexRequest(BaseModel):
    """What to list; the body may be empty."""

    model_config = ConfigDict(strict=True)

    ready: bool = Field(default=False, description="Only models that serve. Here all that are listed do.")


class IndexedModel(BaseModel):
    name: str = Field(examples=["efficientnet_lite2"])
    version: str = Field(examples=["0123456789ab"])
    state: str = Field(examples=["READY"])
    reason: str = Field(examples=[""])
