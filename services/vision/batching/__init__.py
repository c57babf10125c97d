"""Many callers, one engine: pictures wait a moment for company and run in one batch."""

from services.vision.batching.errors import (
    DeadlineExceeded,
    InferenceFailed,
    InferenceRefused,
    QueueClosed,
    QueueFull,
)
from services.vision.batching.inference_queue import InferenceQueue
from services.vision.batching.item import ItemResult, Priority
from services.vision.batching.stats import BatchReport, Outcome, QueueStats

__all__ = [
    "BatchReport",
    "DeadlineExceeded",
    "InferenceFailed",
    "InferenceQueue",
    "InferenceRefused",
    "ItemResult",
    "Outcome",
    "Priority",
    "QueueClosed",
    "QueueFull",
    "QueueStats",
]
