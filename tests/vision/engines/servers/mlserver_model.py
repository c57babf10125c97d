"""The package in Seldon's MLServer: `mlserver start` loads this class, as its model-settings.json says."""

from pathlib import Path

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse, MetadataModelResponse
from network import Network


class PackageModel(MLModel):
    async def load(self) -> bool:
        self._network = Network(Path(self.settings.parameters.uri))
        return True

    async def metadata(self) -> MetadataModelResponse:
        return MetadataModelResponse(
            name=self.name,
            platform="openvino",
            versions=["1"],
            inputs=self._network.inputs,
            outputs=self._network.outputs,
        )

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        [images] = payload.inputs
        answer = self._network.infer(NumpyCodec.decode_input(images))
        return InferenceResponse(
            model_name=self.name,
            model_version="1",
            outputs=[NumpyCodec.encode_output(name, tensor) for name, tensor in answer.items()],
        )
