"""The classifier, asked in the Open Inference Protocol v2."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.catalog.domain import INPUT_SIZE
from services.kit.clients import Service
from services.kit.open_inference import OpenInferenceClient
from services.kit.principal import service_principal
from services.kit.problems import UpstreamFailed

MODEL = "inception_v3"


@dataclass(frozen=True, eq=False)
class Inference:
    """One image's probabilities float32 (1000,), embedding float32 (2048,), and the model space they are of."""

    probabilities: NDArray[np.float32]
    embedding: NDArray[np.float32]
    space: str
    trained: bool


class ClassifierClient:
    """Raises what ServiceClient.call raises; a refusal with code `model_missing` or `inference_busy` is worth a wait."""

    def __init__(self, service: Service, *, caller: str, priority: int | None = None) -> None:
        """`priority` is that of the protocol: 3 and more waits for everything that somebody waits for."""
        self._service = service
        self._parameters = None if priority is None else {"priority": priority}
        self._principal = service_principal(caller)
        self._inference = OpenInferenceClient(service, model=MODEL, principal=self._principal)

    async def state(self) -> tuple[bool, str]:
        """Give (ready, why not) of the model."""
        answer = (await self._service.call("GET", "/internal/model", principal=self._principal, timeout_s=5)).json()
        return answer["state"] == "ready", str(answer.get("detail", ""))

    async def infer(self, pixels: NDArray[np.uint8]) -> list[Inference]:
        """Label and embed images: uint8 (N, 299, 299, 3), N ≥ 1, both outputs of one pass."""
        if pixels.shape[1:] != (INPUT_SIZE, INPUT_SIZE, 3) or pixels.dtype != np.uint8:
            raise ValueError(f"want uint8 (N, 299, 299, 3), got {pixels.dtype} {pixels.shape}")
        answer = await self._inference.infer(
            {"image": pixels}, ["probabilities", "embedding"], parameters=self._parameters
        )
        try:
            space, trained = str(answer.parameters["space"]), bool(answer.parameters["trained"])
            rows = zip(answer.tensors["probabilities"], answer.tensors["embedding"], pixels, strict=True)
            return [Inference(probabilities, embedding, space, trained) for probabilities, embedding, _ in rows]
        except (KeyError, ValueError) as error:
            raise UpstreamFailed("The classifier's answer lacks an output.") from error

    async def close(self) -> None:
        await self._service.close()
