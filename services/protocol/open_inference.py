"""A client of the Open Inference Protocol v2 with its binary tensor extension, over a ServiceClient."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.kit.clients import Service
from services.kit.http.problems import UpstreamFailed
from services.kit.principal import Principal

HEADER_LENGTH = "inference-header-content-length"
_DATATYPES = {"uint8": "UINT8", "float32": "FP32"}
_DTYPES = {"FP32": "<f4", "UINT8": "u1"}


@dataclass(frozen=True, eq=False)
class InferenceAnswer:
    """The outputs by name, in the shape that the server gave, and what it says of itself."""

    tensors: Mapping[str, NDArray[Any]]
    parameters: Mapping[str, Any]


class OpenInferenceClient:
    """One model of one server. Raises what ServiceClient.call raises; UpstreamFailed for an unreadable answer."""

    def __init__(self, service: Service, *, model: str, principal: Principal) -> None:
        self._service = service
        self._path = f"/v2/models/{model}/infer"
        self._principal = principal

    async def infer(
        self,
        inputs: Mapping[str, NDArray[Any]],
        outputs: Sequence[str],
        *,
        parameters: Mapping[str, int | str] | None = None,
    ) -> InferenceAnswer:
        """Send uint8 or float32 tensors and ask for `outputs`; both ways as bytes."""
        tensors = {name: np.ascontiguousarray(tensor) for name, tensor in inputs.items()}
        request: dict[str, Any] = {
            "inputs": [
                {
                    "name": name,
                    "shape": list(tensor.shape),
                    "datatype": _DATATYPES[tensor.dtype.name],
                    "parameters": {"binary_data_size": tensor.nbytes},
                }
                for name, tensor in tensors.items()
            ],
            "outputs": [{"name": name, "parameters": {"binary_data": True}} for name in outputs],
        }
        if parameters:
            request["parameters"] = dict(parameters)
        head = json.dumps(request).encode()
        answer = await self._service.call(
            "POST",
            self._path,
            principal=self._principal,
            content=b"".join([head, *(tensor.tobytes() for tensor in tensors.values())]),
            headers={"content-type": "application/octet-stream", HEADER_LENGTH: str(len(head))},
        )
        return read_answer(answer.content, answer.headers.get(HEADER_LENGTH, "0"))


def read_answer(body: bytes, head_length: str) -> InferenceAnswer:
    """Take an answer apart; raise UpstreamFailed unless all its outputs are binary and complete."""
    try:
        offset = int(head_length)
        head = json.loads(body[:offset])
        tensors = {}
        for output in head["outputs"]:
            size = output["parameters"]["binary_data_size"]
            flat = np.frombuffer(body[offset : offset + size], dtype=_DTYPES[output["datatype"]])
            tensors[str(output["name"])] = flat.reshape(output["shape"])
            offset += size
        return InferenceAnswer(tensors, dict(head.get("parameters", {})))
    except (ValueError, KeyError, TypeError) as error:
        raise UpstreamFailed("The answer of the inference server cannot be read.") from error
