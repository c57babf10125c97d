"""The classifier, asked in the Open Inference Protocol v2."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from services.kit.clients import UpstreamRefused
from services.kit.http.problems import ApiError, Unavailable, UpstreamFailed
from services.kit.principal import service_principal
from services.protocol.open_inference import OpenInferenceClient
from services.protocol.tensors import InferenceAnswer
from services.vision.decoding import ModelInput
from services.vision.model_report import ModelReport

if TYPE_CHECKING:
    from services.catalog.clients.classifiers import Classifiers

IMAGE_DEADLINE_S = 20.0
"""For each image of a group: nobody looks on, so a slow machine has time."""


@dataclass(frozen=True)
class ClassifierModel:
    """A model that a classifier serves: what it is called, how it wants to see pictures, where its vectors belong.

    `report` is all that the classifier says of it.
    """

    name: str
    space: str
    trained: bool
    input: ModelInput
    report: ModelReport

    @classmethod
    def of(cls, report: ModelReport) -> "ClassifierModel":
        """Raises ValueError for the report of a model that does not serve."""
        if report.name is None or report.space is None or report.input is None:
            raise ValueError("no model serves")
        return cls(report.name, report.space, bool(report.trained), report.input.model_input, report)


@dataclass(frozen=True, eq=False)
class Inference:
    """One image's probabilities float32 (classes,), embedding float32 (values,), and the model space they are of."""

    probabilities: NDArray[np.float32]
    embedding: NDArray[np.float32]
    space: str
    trained: bool


class ClassifierClient:
    """The classifier that serves the space, or, without one, the space that answers searches.

    Raises NoModelForSpace, and what ServiceClient.call raises; a refusal with code `model_missing` or `inference_busy`
    is worth a wait.
    """

    def __init__(
        self, classifiers: "Classifiers", *, caller: str, space: str | None = None, priority: int | None = None
    ) -> None:
        """`priority` is that of the protocol: 3 and more waits for everything that somebody waits for."""
        self._classifiers = classifiers
        self._space = space
        self._parameters = None if priority is None else {"priority": priority}
        self._principal = service_principal(caller)

    async def state(self) -> tuple[bool, str]:
        """Ask now; give (ready, why not) of the model."""
        self._classifiers.look_again()
        try:
            await self.model()
        except Unavailable as error:
            return False, error.detail
        return True, ""

    async def model(self) -> ClassifierModel:
        """The model that `infer` would be asked of now."""
        return await self._classifiers.model(self._space)

    async def several_spaces(self) -> bool:
        """Whether vectors may stand in other spaces than the one that answers."""
        return (await self._classifiers.promoted()).several

    async def infer(self, pixels: NDArray[np.uint8], model: ClassifierModel) -> list[Inference]:
        """Label and embed images, prepared for the model: uint8 (N, size, size, 3), N ≥ 1; both outputs of one pass."""
        if pixels.shape[1:] != model.input.shape or pixels.dtype != np.uint8:
            raise ValueError(f"want uint8 (N, {model.input.shape}), got {pixels.dtype} {pixels.shape}")
        try:
            answer = await self._ask(pixels, model)
        except ApiError as error:
            self._classifiers.look_again()
            if isinstance(error, UpstreamRefused) and error.code == "model_not_found":
                raise _changed(model) from error
            raise
        try:
            space, trained = str(answer.parameters["space"]), bool(answer.parameters["trained"])
            rows = zip(answer.tensors["probabilities"], answer.tensors["embedding"], pixels, strict=True)
            found = [Inference(probabilities, embedding, space, trained) for probabilities, embedding, _ in rows]
        except (KeyError, ValueError) as error:
            raise UpstreamFailed("The classifier's answer lacks an output.") from error
        if space != model.space:  # it was given another package a moment ago
            self._classifiers.look_again()
            raise _changed(model)
        return found

    async def _ask(self, pixels: NDArray[np.uint8], model: ClassifierModel) -> InferenceAnswer:
        service = await self._classifiers.serving(model.space)
        client = OpenInferenceClient(service, model=model.name, principal=self._principal)
        return await client.infer(
            {"image": pixels},
            ["probabilities", "embedding"],
            parameters=self._parameters,
            deadline_s=IMAGE_DEADLINE_S * len(pixels),
        )


def _changed(model: ClassifierModel) -> Unavailable:
    return Unavailable(f"The classifier no longer serves {model.space}; it is looked for again.")
