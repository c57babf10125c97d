"""What an inference says of an image, and what the similarity service is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from services.catalog.clients.classifier import Inference
from services.catalog.domain import (
    ImageLabelRecord,
    ImageRecord,
    ImageState,
    LabelSource,
    LabelStatus,
    PointPayload,
    Visibility,
)
from services.vision.labels import Taxonomy

TOP = 5


def best_labels(inference: Inference, taxonomy: Taxonomy) -> list[ImageLabelRecord]:
    """Give the five best classes; equal scores in the order of their index."""
    order = np.argsort(-inference.probabilities, kind="stable")[:TOP]
    return [
        ImageLabelRecord(
            label_id=taxonomy.classes[index].id,
            score=float(min(max(inference.probabilities[index], 0.0), 1.0)),
            rank=rank,
            source=LabelSource.MODEL,
            model=inference.space,
            trained=inference.trained,
            status=LabelStatus.SUGGESTED,
        )
        for rank, index in enumerate(order.tolist(), start=1)
    ]


@dataclass(frozen=True, eq=False)
class Found:
    """What a model says of an image, as it was when the work began."""

    image: ImageRecord
    inference: Inference
    labels: list[ImageLabelRecord]

    @cached_property
    def told(self) -> PointPayload:
        """What the similarity service is told."""
        return payload(self.image, self.applied_to(self.image).labels)

    def applied_to(self, image: ImageRecord) -> ImageRecord:
        """The image with the model's labels in place of its earlier suggestions; what people said of a class stands."""
        said = {label.label_id: label for label in image.labels if not _is_suggestion(label)}
        new = (label for label in self.labels if label.label_id not in said)
        return replace(image, labels=(*said.values(), *new), state=ImageState.READY, state_reason=None)


def _is_suggestion(label: ImageLabelRecord) -> bool:
    """Whether a model said so and nobody looked: the next run replaces it."""
    return label.source is LabelSource.MODEL and label.status is LabelStatus.SUGGESTED


def payload(image: ImageRecord, labels: Iterable[ImageLabelRecord]) -> PointPayload:
    """Give what to tell of an image that bears these labels."""
    kept = sorted(label.label_id for label in labels if label.status is not LabelStatus.REJECTED)
    return PointPayload(image.owner_id, image.visibility is Visibility.PUBLIC, tuple(kept))


def payload_now(image: ImageRecord | None) -> PointPayload | None:
    """Give what to tell of an image as it is, None when it is gone. Until it is ready, ingest tells its labels."""
    if image is None:
        return None
    told = payload(image, image.labels)
    return told if image.state is ImageState.READY else replace(told, label_ids=None)
