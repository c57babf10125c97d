"""The package in KServe's model server: python kserve_model.py --package DIR, and KServe's own options."""

import argparse
from pathlib import Path
from typing import Any

from kserve import InferOutput, InferRequest, InferResponse, Model, ModelServer, model_server
from network import Network


class PackageModel(Model):
    def __init__(self, network: Network) -> None:
        super().__init__(network.name)
        self._network = network
        self.ready = True

    def get_input_types(self) -> list[dict[str, Any]]:
        return self._network.inputs

    def get_output_types(self) -> list[dict[str, Any]]:
        return self._network.outputs

    async def predict(self, payload: InferRequest, *_rest: Any, **_options: Any) -> InferResponse:
        [images] = payload.inputs
        outputs = []
        for name, tensor in self._network.infer(images.as_numpy()).items():
            output = InferOutput(name, list(tensor.shape), "FP32")
            output.set_data_from_numpy(tensor, binary_data=payload.use_binary_outputs)
            outputs.append(output)
        return InferResponse(payload.id or "", self.name, outputs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(parents=[model_server.parser])
    parser.add_argument("--package", type=Path, required=True)
    ModelServer().start([PackageModel(Network(parser.parse_args().package))])
