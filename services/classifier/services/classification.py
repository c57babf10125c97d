"""An image in, its labels out; nothing is kept."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from services.classifier.schemas.classification import Classification, ClassifiedLabel, ClassifierModel
from services.classifier.services.errors import ModelNotFound
from services.classifier.services.inference_metrics import InferenceMetrics
from services.classifier.services.model_watch import ModelWatch
from services.classifier.services.served_model import ServedModel
from services.protocol.image_problems import refuse_image
from services.vision import decoding
from services.vision.batching import ItemResult, Priority


class ClassificationService:
    def __init__(
        self, models: ModelWatch, *, decoder: "decoding.Decoder", metrics: InferenceMetrics, deadline_s: float
    ) -> None:
        self._models = models
        self._decoder = decoder
        self._metrics = metrics
        self._deadline_s = deadline_s

    def require_room(self, model: str | None) -> None:
        """Raise ModelMissing, ModelNotReady, ModelNotFound or InferenceBusy: no body is read for nothing.

        `model` is the name or space that was asked for, None for whichever serves.
        """
        served = self._models.require()
        if model not in {None, served.identity.name, served.identity.space}:
            raise ModelNotFound(f"There is no model {model}: {served.identity.name} is served here.")
        served.require_room(Priority.SEARCH)

    async def classify(self, image: Path, *, top_k: int, min_score: float = 0.0) -> Classification:
        """Label the image in a file: the `top_k` most probable labels, ties by the order of the network's outputs;
        of these, those with a score of `min_score` at least.

        Raises what kit.image_problems.refuse_image and ServedModel.run raises.
        """
        model = self._models.require()
        try:
            with self._metrics.stage("decode"):
                wanted = decoding.DecodeRequest(model_input=model.manifest.input.model_input)
                decoded = await self._decoder.decode(image, wanted)
        except decoding.DecodeError as error:
            refuse_image(error.code, str(error), error)
        assert decoded.model_input is not None  # noqa: S101 - asked for
        [result] = await model.run([decoded.model_input], deadline_s=self._deadline_s, priority=Priority.SEARCH)
        return _classification(model, result, top_k, min_score)


def _classification(model: ServedModel, result: ItemResult, top_k: int, min_score: float) -> Classification:
    best = np.argsort(-result.probabilities, kind="stable")[:top_k]
    labels = [
        ClassifiedLabel(
            id=model.labels[index].id,
            name=model.labels[index].name,
            score=min(float(result.probabilities[index]), 1.0),  # a softmax in 32 bits may end a bit above
            rank=rank,
            synonyms=list(model.labels[index].synonyms),
        )
        for rank, index in enumerate(best, start=1)
        if result.probabilities[index] >= min_score
    ]
    return Classification(labels=labels, model=ClassifierModel(**asdict(model.identity)))
