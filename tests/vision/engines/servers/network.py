"""The network of a model package, with what its manifest says of it; for servers that know nothing of Pictor.

Runs in their environments: OpenVINO, numpy and the standard library only.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # it would report its use over the network
import openvino  # noqa: E402 (after the line above)


class Network:
    """`inputs` and `outputs` describe its tensors as the Open Inference Protocol does."""

    def __init__(self, package: Path) -> None:
        manifest = json.loads((package / "manifest.json").read_text())
        side = manifest["input"]["size"]
        self.name: str = manifest["name"]
        self.inputs = [{"name": manifest["input"]["name"], "datatype": "UINT8", "shape": [-1, side, side, 3]}]
        self.outputs = [
            {"name": output["name"], "datatype": "FP32", "shape": [-1, output["size"]]}
            for output in manifest["outputs"]
        ]
        [network] = package.glob("*.xml")
        core = openvino.Core()
        self._compiled = core.compile_model(core.read_model(network), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def infer(self, images: Any) -> dict[str, Any]:
        """Run uint8 (n, size, size, 3); the outputs by name, float32 (n, size)."""
        answer = self._compiled(images)
        return {output["name"]: answer[output["name"]].copy() for output in self.outputs}
