"""An image in, its labels out; nothing is kept."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from services.classifier.schema.classification import Classification, ClassifiedLabel, ClassifierModel
from services.classifier.services.inference_metrics import InferenceMetrics
from services.classifier.services.model_loading import MODEL_INPUT
from services.classifier.services.model_watch import ModelWatch
from services.classifier.services.served_model import ServedModel
from services.kit.image_problems import refuse_image
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

    def require_room(self) -> None:
        """Raise ModelMissing, ModelNotReady or InferenceBusy, so that no body is read and decoded for nothing."""
        self._models.require().require_room(Priority.SEARCH)

    async def classify(self, image: Path, *, top_k: int) -> Classification:
        """Label the image in a file: the `top_k` most probable labels, ties by the order of the network's outputs.

        Raises what kit.image_problems.refuse_image and ServedModel.run raises.
        """
        model = self._models.require()
        try:
            with self._metrics.stage("decode"):
                decoded = await self._decoder.decode(image, MODEL_INPUT)
        except decoding.DecodeError as error:
            refuse_image(error.code, str(error), error)
        assert decoded.model_input is not None  # noqa: S101 - asked for in MODEL_INPUT
        [result] = await model.run([decoded.model_input], deadline_s=self._deadline_s, priority=Priority.SEARCH)
        return _classification(model, result, top_k)


def _classification(model: ServedModel, result: ItemResult, top_k: int) -> Classification:
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
    ]
    return Classification(labels=labels, model=ClassifierModel(**asdict(model.identity)))
