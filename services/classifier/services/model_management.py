"""What Triton's clients ask beyond the protocol: a model's configuration, its statistics, and what is served."""

from services.classifier.schemas.management import (
    BatchStatistics,
    Duration,
    DynamicBatching,
    IndexedModel,
    InferenceStatistics,
    InstanceGroup,
    ModelConfig,
    ModelStatistics,
    SpecificVersions,
    TensorConfig,
    VersionPolicy,
)
from services.classifier.services.open_inference import tensors_of
from services.classifier.services.request_statistics import Spent
from services.classifier.services.served_model import ServedModel
from services.vision.batching.stats import Outcome

NS = 1_000_000_000


def model_config(model: ServedModel) -> ModelConfig:
    """The model as Triton would configure it."""
    identity, engine = model.identity, model.engine
    inputs, outputs = tensors_of(model)
    return ModelConfig(
        name=identity.name,
        platform=f"pictor_{identity.engine}",
        backend="pictor",
        version_policy=VersionPolicy(specific=SpecificVersions(versions=[identity.version])),
        max_batch_size=model.max_images,
        input=[TensorConfig(name=one.name, data_type=f"TYPE_{one.datatype}", dims=one.shape[1:]) for one in inputs],
        output=[TensorConfig(name=one.name, data_type=f"TYPE_{one.datatype}", dims=one.shape[1:]) for one in outputs],
        instance_group=[InstanceGroup(name=identity.name, count=engine.workers)],
        dynamic_batching=DynamicBatching(
            preferred_batch_size=[engine.max_batch], max_queue_delay_microseconds=round(engine.max_delay_s * 1e6)
        ),
    )


def model_statistics(model: ServedModel) -> ModelStatistics:
    """What was counted since the model was loaded."""
    queue, requests = model.queue.stats(), model.requests
    images = sum(size * count for size, count in queue.batch_sizes.items())
    batches = sum(queue.batch_sizes.values())
    return ModelStatistics(
        name=model.identity.name,
        version=model.identity.version,
        last_inference=requests.last_ms,
        inference_count=queue.outcomes[Outcome.COMPLETED],
        execution_count=batches,
        inference_stats=InferenceStatistics(
            success=_duration(requests.success),
            fail=_duration(requests.fail),
            queue=Duration(count=images, ns=round(queue.wait_s * NS)),
            compute_input=_duration(requests.reading),
            compute_infer=Duration(count=batches, ns=round(queue.compute_s * NS)),
            compute_output=_duration(requests.writing),
        ),
        batch_stats=[
            BatchStatistics(
                batch_size=size,
                compute_infer=Duration(count=count, ns=round(queue.batch_compute_s[size] * NS)),
            )
            for size, count in sorted(queue.batch_sizes.items())
        ],
    )


def indexed(model: ServedModel) -> IndexedModel:
    """Its line in the repository's index."""
    return IndexedModel(name=model.identity.name, version=model.identity.version, state="READY", reason="")


def _duration(spent: Spent) -> Duration:
    return Duration(count=spent.count, ns=spent.ns)
