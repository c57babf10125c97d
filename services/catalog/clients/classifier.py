"""The classifier, asked in the Open Inference Protocol v2 with its binary tensor extension."""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain import INPUT_SIZE
from services.kit.clients import ServiceClient
from services.kit.principal import service_principal
from services.kit.problems import UpstreamFailed

MODEL = "inception_v3"
HEADER_LENGTH = "inference-header-content-length"
OUTPUTS = ("probabilities", "embedding")


@dataclass(frozen=True)
class Inference:
    """One image's answer: probabilities float32 (1000,), embedding float32 (2048,), and the model space they are of."""

    probabilities: NDArray[np.float32]
    embedding: NDArray[np.float32]
    space: str
    trained: bool


class ClassifierClient:
    """Raises what ServiceClient.call raises; a refusal with code `model_missing` or `inference_busy` is worth a wait."""

    def __init__(self, service: ServiceClient, *, caller: str) -> None:
        self._service = service
        self._principal = service_principal(caller)

    async def state(self) -> tuple[bool, str]:
        """Give (ready, why not) of the model."""
        answer = (await self._service.call("GET", "/internal/model", principal=self._principal, timeout_s=5)).json()
        return answer["state"] == "ready", str(answer.get("detail", ""))

    async def infer(self, pixels: NDArray[np.uint8]) -> Inference:
        """Label and embed one image: uint8 (299, 299, 3), both outputs of one pass."""
        if pixels.shape != (INPUT_SIZE, INPUT_SIZE, 3) or pixels.dtype != np.uint8:
            raise ValueError(f"want uint8 (299, 299, 3), got {pixels.dtype} {pixels.shape}")
        tensor = pixels.tobytes()
        request = {
            "inputs": [
                {
                    "name": "image",
                    "shape": [1, INPUT_SIZE, INPUT_SIZE, 3],
                    "datatype": "UINT8",
                    "parameters": {"binary_data_size": len(tensor)},
                }
            ],
            "outputs": [{"name": name, "parameters": {"binary_data": True}} for name in OUTPUTS],
        }
        head = json.dumps(request).encode()
        answer = await self._service.call(
            "POST",
            f"/v2/models/{MODEL}/infer",
            principal=self._principal,
            content=head + tensor,
            headers={"content-type": "application/octet-stream", HEADER_LENGTH: str(len(head))},
        )
        return _read(answer.content, int(answer.headers.get(HEADER_LENGTH, 0)))

    async def close(self) -> None:
        await self._service.close()


def _read(body: bytes, head_length: int) -> Inference:
    try:
        head = json.loads(body[:head_length])
        tensors, offset = {}, head_length
        for output in head["outputs"]:
            size = output["parameters"]["binary_data_size"]
            tensors[output["name"]] = np.frombuffer(body[offset : offset + size], dtype="<f4")
            offset += size
        parameters = head["parameters"]
        return Inference(
            tensors["probabilities"], tensors["embedding"], str(parameters["space"]), bool(parameters["trained"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UpstreamFailed("The classifier's answer cannot be read.") from error
