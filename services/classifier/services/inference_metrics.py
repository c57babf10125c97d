"""What is measured while inference runs: the batches, and the time in each stage."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Histogram

from services.vision.batching import BatchReport

BATCH_SIZES = (1, 2, 3, 4, 6, 8, 16, 32, 64)
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class InferenceMetrics:
    """Thread-safe, as the engine's thread reports its batches itself."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._batches = Histogram(
            "pictor_inference_batch_images", "Images in one engine call.", buckets=BATCH_SIZES, registry=registry
        )
        self._stages = Histogram(
            "pictor_inference_stage_seconds",
            "Time in each stage: decode and wait in the queue (each image), compute (each batch).",
            ["stage"],
            buckets=SECONDS,
            registry=registry,
        )

    def observe_batch(self, report: BatchReport) -> None:
        """Record a batch that ran."""
        self._batches.observe(report.size)
        self._stages.labels("compute").observe(report.compute_s)
        for wait_s in report.wait_s:
            self._stages.labels("wait").observe(wait_s)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the block as one stage, however it ends."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._stages.labels(name).observe(time.perf_counter() - begun)
