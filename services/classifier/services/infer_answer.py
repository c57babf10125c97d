"""Writes answers of the Open Inference Protocol: JSON, with raw tensor data after it where that was asked for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.classifier.services.infer_call import OutputName

Tensor = NDArray[np.float32]


@dataclass(frozen=True)
class InferAnswer:
    """The body, and how many bytes of it are JSON (None: all)."""

    body: bytes
    header_length: int | None


def write_answer(
    *,
    call_id: str | None,
    model: Mapping[str, object],
    tensors: Mapping[OutputName, Tensor],
    binary: Mapping[OutputName, bool],
) -> InferAnswer:
    """Write `tensors`, each (n, size) float32, in their order; `model` holds the members that describe the model."""
    outputs, raw = [], []
    for name, tensor in tensors.items():
        output: dict[str, Any] = {"name": name, "shape": list(tensor.shape), "datatype": "FP32"}
        if binary[name]:
            little_endian = np.ascontiguousarray(tensor, "<f4")
            output["parameters"] = {"binary_data_size": little_endian.nbytes}
            raw.append(little_endian.data)
        else:
            output["data"] = tensor.ravel().tolist()
        outputs.append(output)
    members = {**({} if call_id is None else {"id": call_id}), **model, "outputs": outputs}
    header = json.dumps(members, separators=(",", ":"), allow_nan=False).encode()
    return InferAnswer(b"".join([header, *raw]), len(header) if raw else None)
