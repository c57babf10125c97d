"""The data plane of the Open Inference Protocol: bytes in, bytes out, no HTTP."""

import numpy as np

from services.classifier.schemas.inference import ModelMetadata, ModelMetadataParameters, RequestLimits, TensorMetadata
from services.classifier.services.errors import ModelNotFound
from services.classifier.services.infer_call import (
    INPUT_DATATYPE,
    INPUT_NAME,
    InferCall,
    OutputName,
    priority_of,
    read_call,
)
from services.classifier.services.model_watch import ModelWatch
from services.classifier.services.served_model import ServedModel
from services.protocol.tensors import Message, write_message
from services.vision.batching import Priority

ANY_NUMBER = -1


class OpenInferenceService:
    """Every method takes a model's name and version (None: whichever serves), and raises ModelMissing, ModelNotReady
    or, for a name or version that is not served, ModelNotFound."""

    def __init__(self, models: ModelWatch, *, deadline_s: float, ingest_deadline_s: float, body_limit: int) -> None:
        """`ingest_deadline_s` is for each image of a call that nobody waits for."""
        self._models = models
        self._deadline_s = deadline_s
        self._ingest_deadline_s = ingest_deadline_s
        self._body_limit = body_limit

    def ready(self) -> bool:
        return self._models.model is not None

    def served(self) -> list[ServedModel]:
        """The models that serve: one, or none yet."""
        return [] if self._models.model is None else [self._models.model]

    def require(self, name: str, version: str | None) -> ServedModel:
        model = self._models.require()
        if name != model.identity.name or version not in {None, model.identity.version}:
            wanted = name if version is None else f"{name}, version {version}"
            raise ModelNotFound(
                f"There is no model {wanted}: {model.identity.name}, version {model.identity.version}, is served."
            )
        return model

    def require_room(self, name: str, version: str | None, head: bytes) -> None:
        """Raise InferenceBusy when a request whose JSON is `head` would be refused: then its tensors are not read."""
        self.require(name, version).require_room(priority_of(head))

    def metadata(self, name: str, version: str | None) -> ModelMetadata:
        model = self.require(name, version)
        identity = model.identity
        inputs, outputs = tensors_of(model)
        limits = RequestLimits(max_batch_size=model.max_images, max_body_bytes=self._body_limit)
        return ModelMetadata(
            name=identity.name,
            versions=[identity.version],
            platform=f"pictor_{identity.engine}",
            inputs=inputs,
            outputs=outputs,
            parameters=ModelMetadataParameters.model_validate(
                {**identity.parameters, "input": model.manifest.input, "limits": limits}
            ),
        )

    async def infer(
        self, name: str, version: str | None, *, body: bytes | bytearray, header_length: int | None
    ) -> Message:
        """Answer one inference request; `header_length` as in `read_call`.

        Raises MalformedInference, and what ServedModel.run raises.
        """
        model = self.require(name, version)
        with model.requests.request():
            return await self._infer(model, body, header_length)

    async def _infer(self, model: ServedModel, body: bytes | bytearray, header_length: int | None) -> Message:
        with model.requests.reading.timed():
            call = read_call(
                body,
                header_length=header_length,
                image_shape=model.manifest.shape.image,
                max_images=model.max_images,
            )
        results = await model.run(list(call.images), deadline_s=self._deadline_of(call), priority=call.priority)
        with model.requests.writing.timed():
            tensors = {
                OutputName.PROBABILITIES: [result.probabilities for result in results],
                OutputName.EMBEDDING: [result.embedding for result in results],
            }
            return write_message(
                {
                    **({} if call.id is None else {"id": call.id}),
                    "model_name": model.identity.name,
                    "model_version": model.identity.version,
                    "parameters": model.identity.parameters,
                },
                "outputs",
                {output: np.stack(tensors[output]) for output in call.outputs},
                binary=[output for output, raw in call.outputs.items() if raw],
            )

    def _deadline_of(self, call: InferCall) -> float:
        waited_for = call.priority is Priority.SEARCH
        longest_s = self._deadline_s if waited_for else self._ingest_deadline_s * len(call.images)
        return min(call.timeout_s or longest_s, longest_s)


def tensors_of(model: ServedModel) -> tuple[list[TensorMetadata], list[TensorMetadata]]:
    """What the model takes, and what it gives."""
    shape = model.manifest.shape
    sizes = {OutputName.PROBABILITIES: shape.classes, OutputName.EMBEDDING: shape.embedding_size}
    return (
        [TensorMetadata(name=INPUT_NAME, datatype=INPUT_DATATYPE, shape=[ANY_NUMBER, *shape.image])],
        [TensorMetadata(name=output, datatype="FP32", shape=[ANY_NUMBER, size]) for output, size in sizes.items()],
    )
