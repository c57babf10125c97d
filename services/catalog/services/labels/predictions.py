"""What an inference says of an image, and what the similarity service is told of it."""

from collections.abc import Iterable
from dataclasses import replace

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


def relabelled(image: ImageRecord, labels: Iterable[ImageLabelRecord]) -> ImageRecord:
    """The image with a model's labels in place of its earlier suggestions; what people said of a class stands."""
    said = {label.label_id: label for label in image.labels if not _is_suggestion(label)}
    new = (label for label in labels if label.label_id not in said)
    return replace(image, labels=(*said.values(), *new), state=ImageState.READY, state_reason=None)


def is_judged(image: ImageRecord) -> bool:
    """Whether people said something of the image's labels."""
    return not all(map(_is_suggestion, image.labels))


def payload(image: ImageRecord) -> PointPayload:
    """Give what to tell of an image that bears these labels."""
    kept = sorted(label.label_id for label in image.labels if label.status is not LabelStatus.REJECTED)
    return PointPayload(image.owner_id, image.visibility is Visibility.PUBLIC, tuple(kept))


def payload_now(image: ImageRecord | None) -> PointPayload | None:
    """Give what to tell of an image as it is, None when it is gone. Until it is ready, ingest tells its labels."""
    if image is None:
        return None
    told = payload(image)
    return told if image.state is ImageState.READY else replace(told, label_ids=None)


def _is_suggestion(label: ImageLabelRecord) -> bool:
    """Whether a model said so and nobody looked: the next run replaces it."""
    return label.source is LabelSource.MODEL and label.status is LabelStatus.SUGGESTED
